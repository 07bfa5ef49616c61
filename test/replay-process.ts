/** A replay in a process of its own that can be killed at any commit. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { RunReplayOptions } from '../src/runtime/run-replay.ts'

/** All that can be said in JSON. */
export interface ProcessOptions
  extends Omit<RunReplayOptions, 'pipelines' | 'onProgress' | 'isStopped' | 'wallNow'> {
  /** Ids of pipelines. Default: all. */
  readonly only?: readonly string[]
}

export interface KillAfter {
  /** Of this process; 0 is from its start. */
  readonly commits: number
  /** Done when so many commits are. */
  readonly before?: () => void
  /** After that. */
  readonly delayMs: number
}

/** Resolves to the exit code, or to null where it was killed. */
export const replayProcess = (options: ProcessOptions, killAfter: KillAfter | null) =>
  new Promise<number | null>((resolve, reject) => {
    const script = fileURLToPath(new URL('replay-process-main.ts', import.meta.url))
    const argv = ['--import', 'tsx', script, JSON.stringify(options)]
    const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
    let commits = 0
    let isDue = false
    const count = (seen: number): void => {
      commits += seen
      if (isDue || killAfter === null || commits < killAfter.commits) return
      isDue = true
      killAfter.before?.()
      setTimeout(() => child.kill('SIGKILL'), killAfter.delayMs)
    }
    count(0)
    child.stdout.on('data', text => count(String(text).split('\n').length - 1))
    child.on('error', reject)
    child.on('close', resolve)
  })
