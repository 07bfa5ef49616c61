/** The command line in this process, with its answers kept. */
import { runCommandLine } from '../src/runtime/command-line/run-command-line.ts'
import { commands } from '../src/runtime/commands/index.ts'

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export const mill = (...argv: readonly string[]): Promise<Ended> => millWith({}, ...argv)

/** The same, with Ctrl-C pressed as soon as somebody listens for it. */
export const interruptedMill = (...argv: readonly string[]): Promise<Ended> =>
  millWith({ listen: interrupted => interrupted() }, ...argv)

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>
  /** What stands in stdin. */
  readonly input?: string
  /** Says of each piece of a long answer whether somebody reads on. */
  readonly readsOn?: () => boolean
  /** Is handed what Ctrl-C does. */
  readonly listen?: (interrupted: () => void) => void
}

export const millWith = async (
  { env = {}, input = '', readsOn = () => true, listen = () => {} }: Surroundings,
  ...argv: readonly string[]
): Promise<Ended> => {
  let stdout = ''
  let stderr = ''
  const code = await runCommandLine(argv, commands, '0.0.0', {
    print: text => {
      stdout += `${text}\n`
    },
    write: async piece => {
      stdout += Buffer.from(piece).toString('utf8')
      return readsOn()
    },
    tell: text => {
      stderr += text
    },
    readInput: async () => input,
    width: null,
    isWatched: false,
    wallNow: Date.now,
    env,
    onInterrupt: interrupted => {
      listen(interrupted)
      return () => {}
    },
  })
  return { code, stdout, stderr }
}
