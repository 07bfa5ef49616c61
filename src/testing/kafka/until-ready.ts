/** When a broker can be worked with: not when its process runs, but when it answers so. */
import { setTimeout as after } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'

const PAUSE_MS = 50

/** How many nodes this broker knows to be alive, or 0 where it does not answer. */
export const nodesSeenBy = async (broker: string): Promise<number> => {
  const kafka = new Kafka({
    clientId: 'until-ready',
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    requestTimeout: 1000,
    retry: { retries: 0 },
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    const { brokers, controller } = await admin.describeCluster()
    return controller === null ? 0 : brokers.length
  } catch {
    return 0
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

/**
 * Waits until each of `brokers` knows of `nodes` that are alive. `mayGoOn` is asked between the
 * attempts; it throws, or says no, where there is nothing to wait for.
 */
export const untilReady = async (
  brokers: readonly string[],
  nodes: number,
  mayGoOn: () => Promise<boolean>,
): Promise<void> => {
  for (const broker of brokers) {
    while ((await nodesSeenBy(broker)) < nodes) {
      if (!(await mayGoOn())) return
      await after(PAUSE_MS)
    }
  }
}
