/**
 * Who has the log open: one process at a time, and once. The claim is an entry in the database,
 * made in a write transaction, so two processes cannot both make it; LMDB frees its write lock when
 * a process is killed. A claim whose process is gone is taken over.
 *
 * A process id is used again sooner or later, and in a container at once. Where the system tells
 * when a process started (Linux), a claim is of that very process.
 *
 * Not covered: containers that share the directory but not the process table.
 */
import { isAlive, startOf } from '../../processes/process-alive.ts'

export interface Owner {
  readonly pid: number
  /** Boot and start of the process; null where the system does not tell. */
  readonly started: string | null
}

export const thisProcess = (): Owner => ({ pid: process.pid, started: startOf(process.pid) })

export const isRunning = (owner: Owner): boolean => {
  if (!isAlive(owner.pid)) return false
  const started = startOf(owner.pid)
  return owner.started === null || started === null || owner.started === started
}
