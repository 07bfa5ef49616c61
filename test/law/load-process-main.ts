/**
 * Writes the load into Kafka, each slot when it has happened, until a line comes on stdin; then what
 * is on its way is delivered, and the last line says up to which slot everything is written.
 *
 * Idempotent, and without end to its retries: each record is there once, in its order, whatever
 * happens to the broker. A partition is said for each record, as a producer in Java would choose it.
 */
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import rdkafka from 'node-rdkafka'
import { Load, type LoadRecord, OPENING } from './load.ts'
import type { LoadProcessOptions, LoadReport } from './load-process.ts'

const options: LoadProcessOptions = JSON.parse(process.argv[2]!)
const load = new Load(options.plan)

const QUEUE_FULL = rdkafka.CODES.ERRORS.ERR__QUEUE_FULL
const QUEUE_FULL_WAIT_MS = 20
const TELL_EVERY_SLOTS = 4

const producer = new rdkafka.Producer(
  {
    'metadata.broker.list': options.brokers.join(','),
    'enable.idempotence': true,
    'compression.codec': 'lz4',
    'linger.ms': 10,
    'reconnect.backoff.max.ms': 500,
    dr_cb: true,
    'delivery.report.only.error': true,
  },
  // Without end.
  { 'message.timeout.ms': 0 },
)
// A record that is given up is a fault of the load: nothing that is found afterwards would count.
producer.on('delivery-report', error => {
  if (error) throw new Error(`the load could not be written: ${error.message}`)
})
producer.on('event.error', error => void process.stderr.write(`load: ${error.message}\n`))
producer.setPollInterval(20)

const connected = once(producer, 'ready')
producer.connect({})
await connected

let isStopping = false
process.stdin.once('data', () => {
  isStopping = true
})

const write = async ({ topic, partition, key, value }: LoadRecord): Promise<void> => {
  for (;;) {
    try {
      return void producer.produce(topic.name, partition, value, key)
    } catch (error) {
      if ((error as { code?: number }).code !== QUEUE_FULL) throw error
      await wait(QUEUE_FULL_WAIT_MS)
    }
  }
}

const tell = (report: LoadReport): void => void process.stdout.write(`${JSON.stringify(report)}\n`)

const flushed = (): Promise<void> =>
  new Promise((resolve, reject) => {
    producer.flush(options.flushTimeoutMs, error => (error ? reject(error) : resolve()))
  })

let records = 0
const writeSlot = async (slot: number): Promise<void> => {
  for (const record of load.recordsOf(slot)) {
    await write(record)
    records++
  }
}

await writeSlot(OPENING)
await flushed()
tell({ slot: OPENING, records, isDone: false })

let slot = 0
for (; !isStopping; slot++) {
  const leftMs = load.endOf(slot) - Date.now()
  if (leftMs > 0) await wait(leftMs)
  await writeSlot(slot)
  if (slot % TELL_EVERY_SLOTS === 0) tell({ slot, records, isDone: false })
}
await flushed()
tell({ slot: slot - 1, records, isDone: true })
process.exit(0)
