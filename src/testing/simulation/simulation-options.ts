import type { Limits } from '../../engine/application.ts'
import type { CommitUnit } from '../../engine/commit.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import type { Send } from '../script.ts'
import type { Random } from './random.ts'

export interface SimulationOptions {
  readonly pipelines: readonly Pipeline[]
  /** The events that happen, each once; `random` is the only source of chance. */
  readonly events: (random: Random) => readonly Send[]
  readonly seed: number
  /** Tasks per pipeline. Default 2. */
  readonly partitions?: number
  /** Of each source topic. Default 2. */
  readonly sourcePartitions?: number
  /** How late producers send, at most; no more than any input allows. Default 5 s. */
  readonly disorderMs?: number
  readonly limits?: Partial<Limits>
  /** Shares of the application, each with a task of each pipeline. Default 1: the whole. */
  readonly slices?: number
  /** Over how many processes the slices are spread. Default 2. */
  readonly processes?: number
  /**
   * Of slices; default `exactly-once`. Under `at-least-once` a commit may be cut off anywhere, and the
   * law is that each result is there once its repetitions are left out.
   */
  readonly guarantee?: 'exactly-once' | 'at-least-once'
  /** A law of one's own: sees what is in each result topic in the end, by the topic's name. */
  readonly also?: (records: ReadonlyMap<string, readonly object[]>) => void
  /** For canaries: what a slice commits in place of the unit. */
  readonly sabotage?: (slice: number) => (unit: CommitUnit) => CommitUnit
}

export interface SimulationReport {
  readonly crashes: number
  readonly commits: number
  readonly records: number
  readonly results: number
}
