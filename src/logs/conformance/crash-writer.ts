/**
 * Commits to the embedded log until it is killed, and prints the number of each commit once it is
 * durable. Started as a process of its own by `lmdb-log.crash.test.ts`.
 *
 * Commit n appends n % 5 + 1 records "n" to each of two partitions, and moves the group to n + 1.
 */
import { writeSync } from 'node:fs'
import { openLmdbLog } from '../lmdb-log.ts'

const topic = 'crashes'
const log = await openLmdbLog(process.argv[2]!, { wallNow: Date.now })
await log.createTopic(topic, {
  partitions: 2,
  compacted: false,
  retentionMs: null,
  retentionBytes: null,
})
const [position] = await log.committed('writer')
for (let n = position?.next ?? 0; ; n++) {
  const records = Array.from({ length: (n % 5) + 1 }, () => ({
    key: null,
    value: Buffer.from(`${n}`.padEnd(n % 7 === 0 ? 300_000 : 20)),
  }))
  const { durable } = await log.commit({
    appends: [
      { topic, partition: 0, records },
      { topic, partition: 1, records },
    ],
    consumed: { group: 'writer', positions: [{ topic, partition: 0, next: n + 1 }] },
  })
  // Every other commit goes on without waiting, so that a kill also meets commits in flight.
  const acknowledged = durable.then(() => writeSync(1, `${n}\n`))
  if (n % 2 === 0) await acknowledged
}
