/**
 * A member that commits its position with a record, again and again, until it is refused. Started as
 * a process of its own by `rdkafka-log.zombie.test.ts`, which stops it and lets it go on.
 *
 * It prints `at work` after some commits, and the code of the error that ended it.
 */
import { writeSync } from 'node:fs'
import type { MillraceError } from '../../engine/errors.ts'
import { rdkafkaLog } from '../rdkafka-log.ts'

const [brokers, topic, group] = process.argv.slice(2) as [string, string, string]
const log = await rdkafkaLog({
  connection: { brokers: brokers.split(',') },
  guarantee: 'exactly-once',
  sessionTimeoutMs: 6_000,
})
const at = { topic, partition: 0 }
let next = 0

const commit = () => {
  next++
  const value = Buffer.from(`zombie ${next}`)
  const consumed = { group, positions: [{ ...at, next }] }
  return log.commit({ appends: [{ ...at, records: [{ key: null, value }] }], consumed })
}

let held = false
/** It is stopped when it has made so many. */
const COMMITS = 20
await log.join(group, topic, {
  assigned: async () => {
    held = true
  },
  // As an engine would: what was taken in is committed before it is given back.
  revoked: async () => {
    await commit().catch(ended)
  },
})

const ended = (error: unknown): void => {
  writeSync(1, `${(error as MillraceError).code}\n`)
  process.exit(0)
}

for (;;) {
  await new Promise(resolve => setTimeout(resolve, 5))
  if (held) await commit().catch(ended)
  if (next === COMMITS) writeSync(1, 'at work\n')
}
