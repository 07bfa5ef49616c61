/**
 * Four processes under a steady load, then a fifth, then four again, of which one is killed: for how
 * long slices are not committed, those that move and those that stay, and how much of that is bringing
 * them back.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Figure } from '../figure.ts'
import { createTopics, deleteTopics, ownName } from '../kafka/broker.ts'
import type { LiveOptions } from '../kafka/live-options.ts'
import { LiveProcess } from '../kafka/live-process.ts'
import { PacedLoad } from '../kafka/paced-load.ts'

const SLICES = 10
const PROCESSES = 4
const QUIET_MS = 4_000
const PER_SECOND = 1_000
const STAYS_TARGET_MS = 1_000

interface Change {
  readonly beganAt: number
  readonly endedAt: number
  readonly moved: ReadonlySet<number>
}

export const kafkaRebalance = async (dir: string): Promise<Figure[]> => {
  const prefix = ownName('rebalance')
  const topics = [`${prefix}-clickstream`, `${prefix}-visitor-paces`]
  await createTopics(topics, SLICES)
  const options: LiveOptions = {
    ...{ applicationId: prefix, prefix, pipeline: 'light', dir, slices: SLICES },
    guarantee: 'exactly-once',
    commitIntervalMs: 100,
    sessionTimeoutMs: 10_000,
  }
  const load = new PacedLoad({
    ...{ prefix, partitions: SLICES, perSecond: PER_SECOND, clicksOnly: true },
  })
  const all = Array.from({ length: PROCESSES }, () => new LiveProcess(options))
  await load.start()
  await untilHeld(all)
  await wait(QUIET_MS)
  const quiet = {
    beganAt: Date.now() - QUIET_MS / 2,
    endedAt: Date.now(),
    moved: new Set<number>(),
  }
  const fifth = new LiveProcess(options)
  const joined = await changed([...all, fifth], async () => {})
  const left = await changed([...all, fifth], () => fifth.stop(), all)
  const [first, ...others] = all
  const killed = await changed(all, () => first!.kill(), others)
  await load.stop()
  await Promise.all(others.map(each => each.stop()))
  await deleteTopics(topics)
  const gaps = gapsOf([...all, fifth])
  const restores = restoresOf([...all, fifth])
  return [
    figure('undisturbed, longest between commits', gaps(quiet, false)),
    figure('a process joins four, slices that stay', gaps(joined, false), STAYS_TARGET_MS),
    figure('a process joins four, slices that move', gaps(joined, true)),
    figure('… of that, bringing one back', restores(joined)),
    figure('one of five leaves, slices that stay', gaps(left, false), STAYS_TARGET_MS),
    figure('one of five leaves, slices that move', gaps(left, true)),
    figure('… of that, bringing one back', restores(left)),
    figure('one of four is killed, slices that stay', gaps(killed, false)),
    figure('one of four is killed, slices that move', gaps(killed, true)),
    figure('… of that, bringing one back', restores(killed)),
  ]
}

const figure = (name: string, value: number, target?: number): Figure => ({
  ...{ name: `Kafka: ${name}`, value, unit: 'ms' },
  ...(target === undefined ? {} : { target }),
})

/** Until all slices are held, each by one, and everybody has some. */
const untilHeld = async (processes: readonly LiveProcess[]): Promise<void> => {
  for (let quiet = 0; quiet < 5; ) {
    const held = processes.map(each => each.slices.size)
    const sum = held.reduce((a, b) => a + b, 0)
    quiet = sum === SLICES && held.every(count => count > 0) ? quiet + 1 : 0
    await wait(100)
  }
}

const ownersOf = (processes: readonly LiveProcess[]): ReadonlyMap<number, LiveProcess> =>
  new Map(processes.flatMap(each => [...each.slices].map(slice => [slice, each] as const)))

/** Makes a change, waits until it is over, and says which slices it moved. */
const changed = async (
  processes: readonly LiveProcess[],
  change: () => Promise<void>,
  staying: readonly LiveProcess[] = processes,
): Promise<Change> => {
  const before = ownersOf(processes)
  const beganAt = Date.now()
  await change()
  await untilHeld(staying)
  const after = ownersOf(staying)
  await wait(QUIET_MS)
  const moved = [...after].filter(([slice, owner]) => before.get(slice) !== owner)
  const endedAt = Date.now()
  // The last commits before the next change are not to reach into this one.
  await wait(QUIET_MS / 2)
  return { beganAt, endedAt, moved: new Set(moved.map(([slice]) => slice)) }
}

/** The longest time between two commits of a slice that overlaps with a change, over slices. */
const gapsOf =
  (processes: readonly LiveProcess[]) =>
  ({ beganAt, endedAt, moved }: Change, isMoved: boolean): number => {
    const commits = Array.from({ length: SLICES }, () => [] as number[])
    for (const { news } of processes) {
      for (const each of news) {
        if (each.what !== 'commit') continue
        for (const slice of each.slices) commits[slice]!.push(each.at)
      }
    }
    const gaps = commits.flatMap((times, slice) =>
      moved.has(slice) === isMoved ? [longestIn(times, beganAt, endedAt)] : [],
    )
    return Math.max(0, ...gaps)
  }

/** The longest that a slice took from when it was given to a process to when it was live there. */
const restoresOf =
  (processes: readonly LiveProcess[]) =>
  ({ beganAt, endedAt }: Change): number => {
    const times = processes.flatMap(({ news }) =>
      news.flatMap(each => {
        const isOf = each.what === 'slice' && each.is === 'live'
        return isOf && each.at > beganAt && each.at < endedAt ? [each.tookMs] : []
      }),
    )
    return Math.max(0, ...times)
  }

const longestIn = (times: readonly number[], from: number, to: number): number => {
  const sorted = times.toSorted((a, b) => a - b)
  return Math.max(
    0,
    ...sorted.map((at, index) => {
      const next = sorted[index + 1] ?? at
      return next > from && at < to ? next - at : 0
    }),
  )
}
