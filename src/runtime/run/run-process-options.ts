import type { Config } from '../config/config-schema.ts'
import type { BackOffOptions } from './back-off.ts'

export interface RunProcessOptions {
  readonly config: Config
  /** Which of the run's processes, from 0. */
  readonly index: number
  /** Of the data directory: with the index, it names the transactions. */
  readonly instance: string
  /** In ms since 1970. */
  readonly wallNow: () => number
  /** A line for whoever watches. */
  readonly say: (line: string) => void
  readonly backOff?: BackOffOptions
}
