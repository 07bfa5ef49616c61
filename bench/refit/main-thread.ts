import { readFileSync } from 'node:fs'

/**
 * CPU time of the main thread so far, in ms, as Linux counts it: its id is that of the process. Null
 * where the system does not say. On a busy machine the wall clock says when a process had its turn;
 * this says how long it held the event loop by itself.
 */
export const mainThreadMs = (): number | null => {
  try {
    const text = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8')
    return Number(text.split(' ')[0]) / 1e6
  } catch {
    return null
  }
}
