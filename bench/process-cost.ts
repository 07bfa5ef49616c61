/** What another process of ours costs, read from the system. Null where the system does not say. */
import { readFileSync } from 'node:fs'

export interface ProcessCost {
  readonly cpuMicros: number
  readonly residentBytes: number
}

/** A tick of the scheduler as Linux reports it: always a hundredth of a second. */
const TICK_MICROS = 10_000
const PAGE_BYTES = 4_096

export const processCost = (pid: number): ProcessCost | null => {
  try {
    const fields = afterName(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    const [user, system] = [fields[11], fields[12]].map(Number)
    const resident = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]
    return {
      cpuMicros: (user! + system!) * TICK_MICROS,
      residentBytes: Number(resident) * PAGE_BYTES,
    }
  } catch {
    return null
  }
}

/** The name of a program may have blanks and brackets in it. */
const afterName = (stat: string): string[] => stat.slice(stat.lastIndexOf(')') + 2).split(' ')
