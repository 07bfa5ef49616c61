/** Below lifecycle-segments and identity-merges, whose results cross slices to their users, in slices that die and move. */
import { expect, test } from 'vitest'
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import { journeyTriggers as triggers } from '../events.ts'
import { journeyRows as rows } from '../testing/journey-rows.ts'
import type { Send } from '../testing/script.ts'
import { type Random, simulate } from '../testing/simulator.ts'
import { identityMerges } from './identity-merges.ts'
import { journeyTriggers } from './journey-triggers.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'

const PARTITIONS = 5

const happening = (at: Instant, id: number, who: string, random: Random): Send =>
  random.pick([
    rows.add(at, who, 'tea', '1', '5GBP', 'market:UK'),
    rows.add(at, who, 'cup', '2', '5GBP', 'market:UK'),
    rows.remove(at, who, 'tea', '1'),
    rows.checkout(at, who),
    rows.consent(at, who, 'MARKETING', 'market:UK'),
    rows.consent(at, who, 'MARKETING'),
    rows.consent(at, who, 'none'),
    rows.order(at, who, `o${id}`, '10GBP', 'market:UK'),
    rows.order(at, who, `o${id}`, '10GBP', 'market:UK'),
    rows.cancel(at, who, `o${id - 1}`, '10GBP', 'market:UK'),
  ])

const gap = (random: Random): number => {
  if (random.chance(0.15)) return random.upTo(days(3))
  return random.chance(0.4) ? random.upTo(hours(9)) : random.upTo(minutes(2))
}

const events = (random: Random): Send[] => {
  const script: Send[] = [rows.market(-1, 'UK', 'Europe/London', '22', '8')]
  let at = 0
  for (let id = 0; id < 40; id++) {
    at += 1 + gap(random)
    const who = random.pick(['anna', 'ben', 'cleo', 'dan', 'eve'])
    script.push({ ...happening(at, id, who, random), partition: random.upTo(PARTITIONS - 1) })
  }
  return script
}

test('each occasion is told once, and the same, whatever dies', async () => {
  let crashes = 0
  let told = 0
  for (let seed = 1; seed <= 8; seed++) {
    const report = await simulate({
      pipelines: [identityMerges, lifecycleSegments, journeyTriggers],
      slices: 2 + (seed % 3),
      processes: 3,
      sourcePartitions: PARTITIONS,
      events,
      seed,
      also: records => {
        told += (records.get(triggers.name) ?? []).length
      },
    })
    crashes += report.crashes
  }
  expect(crashes).toBeGreaterThan(4)
  expect(told).toBeGreaterThan(40)
}, 60_000)
