/**
 * Brokers that cannot answer for the moment: a topic has just been made, and its leaders are yet to be
 * elected or heard of; a coordinator is loading what it keeps. Clients give some of this back after a
 * few tries, some at once. So what is asked of brokers is asked again, here, for a bounded time.
 */

/** An election takes well below a second, and a broker that restarts some seconds. */
const PATIENT_MS = 15_000
const WAIT_MS = { first: 20, most: 500 } as const

/** Asks again while it fails with what passes by itself; then fails with the last of these. */
export const patiently = async <T>(
  isPassing: (error: unknown) => boolean,
  ask: () => Promise<T>,
  patientMs = PATIENT_MS,
): Promise<T> => {
  const untilMs = performance.now() + patientMs
  for (let waitMs: number = WAIT_MS.first; ; waitMs = Math.min(2 * waitMs, WAIT_MS.most)) {
    try {
      return await ask()
    } catch (error) {
      if (!isPassing(error) || performance.now() + waitMs > untilMs) throw error
    }
    await new Promise(resolve => setTimeout(resolve, waitMs))
  }
}
