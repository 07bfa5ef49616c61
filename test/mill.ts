/** The command line in this process, with its answers kept. */
import { runCommandLine } from '../src/runtime/command-line/run-command-line.ts'
import { commands } from '../src/runtime/commands/index.ts'

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export const mill = (...argv: readonly string[]): Promise<Ended> => run(argv, () => {})

/** The same, with Ctrl-C pressed as soon as somebody listens for it. */
export const interruptedMill = (...argv: readonly string[]): Promise<Ended> =>
  run(argv, interrupted => interrupted())

const run = async (
  argv: readonly string[],
  listen: (interrupted: () => void) => void,
): Promise<Ended> => {
  let stdout = ''
  let stderr = ''
  const code = await runCommandLine(argv, commands, '0.0.0', {
    print: text => {
      stdout += `${text}\n`
    },
    tell: text => {
      stderr += text
    },
    isWatched: false,
    wallNow: Date.now,
    env: {},
    onInterrupt: interrupted => {
      listen(interrupted)
      return () => {}
    },
  })
  return { code, stdout, stderr }
}
