/**
 * Whether a process is there still, for claims that outlive whoever made them: on a log, on a directory,
 * on an engine.
 *
 * Signal 0 reaches a process that was killed and that its parent has not asked after yet (state Z): in
 * a container whose first process asks after nobody, for ever. Such a one holds nothing any more, so it
 * counts as gone where the system tells the state (Linux).
 */
import { readFileSync } from 'node:fs'

/** Also where it is another user's. */
export const isAlive = (pid: number | undefined): boolean =>
  pid !== undefined && exists(pid) && !hasEnded(statOf(pid))

/** Boot and start of a process, as a number is used again; null where the system does not tell. */
export const startOf = (pid: number): string | null => {
  const ticks = statOf(pid)?.[START]
  const boot = textOf('/proc/sys/kernel/random/boot_id')?.trim()
  return ticks === undefined || boot === undefined ? null : `${boot} ${ticks}`
}

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Places among the fields of `stat` that follow the name. */
const STATE = 0
const THREADS = 17
const START = 19

/** A process that was killed shows as ended when its first thread is, and others may still write. */
const hasEnded = (stat: readonly string[] | null): boolean =>
  stat !== null && ENDED.has(stat[STATE]!) && Number(stat[THREADS]) <= 1

const ENDED = new Set(['Z', 'X', 'x'])

/** The command's name comes second, in brackets, and may hold anything. */
const statOf = (pid: number): readonly string[] | null => {
  const stat = textOf(`/proc/${pid}/stat`)
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

const textOf = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return null
  }
}
