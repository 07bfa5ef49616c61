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
import { readFileSync } from 'node:fs'

export interface Owner {
  readonly pid: number
  /** Boot and start of the process; null where the system does not tell. */
  readonly started: string | null
}

export const thisProcess = (): Owner => ({ pid: process.pid, started: startOf(process.pid) })

export const isAlive = (owner: Owner): boolean => {
  if (!exists(owner.pid)) return false
  const started = startOf(owner.pid)
  return owner.started === null || started === null || owner.started === started
}

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const startOf = (pid: number): string | null => {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The command's name comes second, in brackets, and may hold anything. Start time is field 22.
    return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return null
  }
}
