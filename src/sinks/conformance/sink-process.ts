/**
 * A sink as a process of its own, on Kafka. Started by `sink-group.ts`, which says in its first
 * argument what to do, as JSON of a `SinkProcessOptions`; SIGTERM ends it in good order.
 *
 * It prints a line for what happens: `assigned 4`, `inserting TOKEN`, `stored TOKEN`, and
 * `failed CODE MESSAGE` as its last. Where the plan says so it stops or kills itself in the middle of
 * an insert, as no signal of another process could.
 */
import { writeSync } from 'node:fs'
import { deadLetters } from '../../events.ts'
import type { Log } from '../../logs/log.ts'
import { rdkafkaLog } from '../../logs/rdkafka-log.ts'
import { type ClickHouseAddress, clientOf } from '../clickhouse/client.ts'
import { clickHouseDestination, type Destination } from '../clickhouse/storing/insert.ts'
import { ClickHouseSink } from '../clickhouse/storing/sink.ts'
import { parcelTopic } from './sample-topics.ts'

export interface SinkProcessOptions {
  readonly brokers: readonly string[]
  readonly applicationId: string
  /** Of parcels. */
  readonly topics: readonly string[]
  readonly address: ClickHouseAddress
  readonly sessionTimeoutMs: number
  readonly mishap?: Mishap
}

/**
 * At its n-th insert, from 1, a sink is killed before or after its rows are stored, stopped while
 * its rows have not left yet, or stopped when nothing but the network is before them; or it is
 * stopped before its n-th commit.
 */
export interface Mishap {
  readonly what:
    | 'killed-before'
    | 'killed-after'
    | 'stopped-before'
    | 'stopped-late'
    | 'stopped-before-intent'
  readonly insert: number
}

const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}

const withMishap = (real: Destination, mishap: Mishap | undefined): Destination => {
  let inserts = 0
  return {
    check: () => real.check(),
    async insert(batch) {
      const what = ++inserts === mishap?.insert ? mishap.what : null
      say(`inserting ${batch.token}`)
      if (what === 'killed-before') process.kill(process.pid, 'SIGKILL')
      if (what === 'stopped-before') process.kill(process.pid, 'SIGSTOP')
      if (what === 'stopped-late') {
        process.kill(process.pid, 'SIGSTOP')
        // As if its rows were with the network already: nothing can hold them back.
        await real.insert({ ...batch, isTimely: () => true, signal: new AbortController().signal })
      } else await real.insert(batch)
      if (what === 'killed-after') process.kill(process.pid, 'SIGKILL')
      say(`stored ${batch.token}`)
    },
  }
}

/** Stops before the n-th commit is made. */
const stoppingBefore = (log: Log, n: number): Log => {
  let commits = 0
  const commit: Log['commit'] = what => {
    if (++commits === n) {
      say('committing')
      process.kill(process.pid, 'SIGSTOP')
    }
    return log.commit(what)
  }
  return new Proxy(log, {
    get: (real, name: keyof Log) =>
      name === 'commit' ? commit : (real[name] as () => unknown).bind(real),
  })
}

const run = async (options: SinkProcessOptions): Promise<void> => {
  const { brokers, applicationId, address, sessionTimeoutMs, mishap } = options
  const log = await rdkafkaLog({
    connection: { brokers },
    guarantee: 'exactly-once',
    sessionTimeoutMs,
    transactionTimeoutMs: 5_000,
    onRebalance: (what, _, partitions) => say(`${what} ${partitions}`),
  })
  const sink = await ClickHouseSink.start({
    log: mishap?.what === 'stopped-before-intent' ? stoppingBefore(log, mishap.insert) : log,
    applicationId,
    topics: [...options.topics.map(parcelTopic), deadLetters],
    destination: withMishap(clickHouseDestination(clientOf(address), address.database), mishap),
    batch: { rowsMax: 20, bytesMax: 4_000, intervalMs: 50 },
    bufferedBytesMax: 64_000,
    backOff: { firstMs: 20, maxMs: 500 },
    provenForMs: sessionTimeoutMs / 2,
  })
  const stopped = new Promise<void>(resolve => process.once('SIGTERM', resolve))
  await Promise.race([stopped, sink.failure])
  await sink.stop()
  await log.close()
}

run(JSON.parse(process.argv[2]!)).then(
  () => process.exit(0),
  error => {
    say(`failed ${error.code} ${error.message}`)
    process.exit(1)
  },
)
