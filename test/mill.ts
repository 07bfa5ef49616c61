/** The command line as a process of its own, and in this one with its answers kept. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { runCommandLine } from '../src/runtime/command-line/run-command-line.ts'
import { commands } from '../src/runtime/commands/index.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

export interface Ended {
  /** null where it was killed. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** `kill` gets the process, to end it some time. */
export const spawnMill = (
  argv: readonly string[],
  kill: (child: ChildProcess) => void = () => {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...argv], { cwd: ROOT })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', text => {
      stdout += text
    })
    child.stderr.on('data', text => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, stderr }))
    kill(child)
  })

/** The same without a process, which takes a hundredth of the time. */
export const mill = async (...argv: readonly string[]): Promise<Ended> => {
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
    onInterrupt: () => () => {},
  })
  return { code, stdout, stderr }
}
