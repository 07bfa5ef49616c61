import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** The command line of a process, or null where there is no such process. */
export const commandOf = (pid: number): string | null => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return process.platform === 'linux' ? null : commandByPs(pid)
  }
}

const commandByPs = (pid: number): string | null => {
  const { stdout, status } = spawnSync('ps', ['-o', 'command=', '-p', `${pid}`], {
    encoding: 'utf8',
  })
  return status === 0 ? stdout : null
}
