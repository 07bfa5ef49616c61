/** `millrace run` with its processes, as it is started; it ends with the test. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url))

export interface StartedRun {
  readonly parent: ChildProcess
  readonly stderr: () => string
  /** Resolves once a line matches, with the match. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>
  /** As SIGTERM does; resolves to the exit code. */
  readonly end: () => Promise<number | null>
}

export const started = (config: string): StartedRun => {
  const argv = ['--import', 'tsx', CLI, 'run', '--config', config]
  const parent = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] })
  const exited = once(parent, 'close')
  let stderr = ''
  parent.stderr!.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  onTestFinished(async () => {
    parent.kill('SIGTERM')
    await exited
  })
  return {
    parent,
    stderr: () => stderr,
    async says(pattern) {
      for (;;) {
        const match = pattern.exec(stderr)
        if (match) return match
        if (parent.exitCode !== null) throw new Error(`the run has ended:\n${stderr}`)
        await wait(20)
      }
    },
    async end() {
      parent.kill('SIGTERM')
      await exited
      return parent.exitCode
    },
  }
}
