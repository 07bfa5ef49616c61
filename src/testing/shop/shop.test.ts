import { describe, expect, test } from 'vitest'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { days, hours, seconds } from '../../engine/time.ts'
import { orders } from '../../events.ts'
import {
  DISORDER_MAX_MS,
  DISORDERED_SHARE,
  DUPLICATE_SHARE,
  HISTORY_DAYS,
  HISTORY_SLOT_MS,
  LATE_MAX_MS,
  LIVE_SLOT_MS,
} from './rates.ts'
import { type Shop, type ShopRecord, type ShopSettings, type Stretch, shop } from './shop.ts'

const LIVE_AT = Date.UTC(2026, 5, 1, 12)
const HISTORY = { seed: 7, rate: 100, opensAt: LIVE_AT - days(6), liveAt: LIVE_AT }

const firstStretch = ({ historySlots }: Shop): Stretch => ({ slot: historySlots, at: LIVE_AT })

const linesOf = (records: readonly ShopRecord[]): string[] =>
  records.map(({ topic, key, record }) => `${topic.name} ${key} ${JSON.stringify(record)}`)

const arrivalsIn = (made: Shop, from: number, until: number, stretches: readonly Stretch[]) => {
  const records: ShopRecord[] = []
  for (let slot = from; slot < until; slot++) records.push(...made.arrivals(slot, stretches))
  return records
}

const textOf = (record: unknown): string => JSON.stringify(record)

const timeOf = ({ record }: ShopRecord): number => (record as { occurredAt: number }).occurredAt
const eventIdOf = ({ topic, record }: ShopRecord): string | null =>
  topic.identity && `${topic.name} ${(record as { eventId: string }).eventId}`

/** Six days of history and a minute and a half of live. */
const story = (settings: ShopSettings) => {
  const made = shop(settings)
  const stretches = [firstStretch(made)]
  const until = made.historySlots + seconds(90) / LIVE_SLOT_MS
  const slots: ShopRecord[][] = []
  for (let slot = 0; slot < until; slot++) slots.push(made.arrivals(slot, stretches))
  return { made, stretches, slots, records: slots.flat() }
}

const { made, stretches, slots, records } = story(HISTORY)

describe('what arrives', () => {
  test('a slot that is asked for alone, or out of turn, is the same as in turn', () => {
    const { historySlots } = made
    const asked = [
      historySlots + 355,
      0,
      historySlots - 1,
      historySlots,
      431,
      historySlots + 3,
      430,
    ]
    const other = shop(HISTORY)
    for (const slot of asked) {
      expect(linesOf(other.arrivals(slot, stretches))).toEqual(linesOf(slots[slot]!))
      expect(linesOf(shop(HISTORY).arrivals(slot, stretches))).toEqual(linesOf(slots[slot]!))
    }
  })

  test('another seed is another shop', () => {
    const other = shop({ ...HISTORY, seed: 8 })
    expect(linesOf(other.arrivals(100, stretches))).not.toEqual(linesOf(slots[100]!))
  })

  test('every record keeps the rules of its topic, and is keyed as the topic says', () => {
    const broken = [...made.opening(), ...records].filter(({ topic, key, record }) => {
      const { check, encodeAvro, decodeAvro } = codecsOf(topic)
      const isWhole = textOf(decodeAvro(encodeAvro(record))) === textOf(record)
      const said = topic.keyedBy.map(field => (record as Record<string, unknown>)[field])
      return check(record) !== null || !isWhole || said.join('@') !== key
    })
    expect(linesOf(broken.slice(0, 3))).toEqual([])
  })

  test('nothing comes from the future of its slot, nor from before the opening', () => {
    const outside = slots.flatMap((arrived, slot) => {
      const { end } = made.slotSpan(slot, stretches)
      return arrived.filter(each => timeOf(each) >= end || timeOf(each) < HISTORY.opensAt)
    })
    expect(linesOf(outside.slice(0, 3))).toEqual([])
  })

  test('events are out of order, come twice and come late as often as is said', () => {
    const seen = new Map<string, number>()
    let newest = 0
    let behind = 0
    let late = 0
    let twice = 0
    for (const record of records) {
      const id = eventIdOf(record)
      if (id !== null && seen.has(id)) {
        twice++
        expect(seen.get(id)).toBe(timeOf(record))
        continue
      }
      if (id !== null) seen.set(id, timeOf(record))
      const lagMs = newest - timeOf(record)
      newest = Math.max(newest, timeOf(record))
      if (lagMs > 0) behind++
      if (lagMs > DISORDER_MAX_MS) {
        late++
        expect(lagMs).toBeLessThanOrEqual(LATE_MAX_MS)
      }
    }
    // A duplicate may lie beyond the end, and reference records have none.
    expect(twice / records.length).toBeGreaterThan(DUPLICATE_SHARE * 0.7)
    expect(twice / records.length).toBeLessThan(DUPLICATE_SHARE * 1.3)
    expect(behind / records.length).toBeLessThan(DISORDERED_SHARE)
    expect(late / records.length).toBeLessThan(0.001)
  })

  test('the history is of about 250,000 records', () => {
    const whole = shop({ ...HISTORY, opensAt: LIVE_AT - days(HISTORY_DAYS) })
    const step = 29
    let count = 0
    for (let slot = 0; slot < whole.historySlots; slot += step) {
      count += whole.arrivals(slot, [firstStretch(whole)]).length
    }
    expect(Math.abs(count * step - 250_000)).toBeLessThan(30_000)
  })

  test('a live second brings the rate, within a tenth', () => {
    for (const rate of [100, 1_000]) {
      const live = shop({ ...HISTORY, rate })
      const from = live.historySlots + seconds(300) / LIVE_SLOT_MS
      const arrived = arrivalsIn(live, from, from + seconds(20) / LIVE_SLOT_MS, [
        firstStretch(live),
      ])
      expect(arrived.length / 20).toBeGreaterThan(rate * 0.9)
      expect(arrived.length / 20).toBeLessThan(rate * 1.1)
    }
  })
})

test('the rate is there within the first minute', () => {
  const { historySlots } = made
  const first = slots.slice(historySlots, historySlots + seconds(60) / LIVE_SLOT_MS).flat()
  expect(first.length / 60).toBeGreaterThan(HISTORY.rate * 0.85)
  expect(first.length / 60).toBeLessThan(HISTORY.rate * 1.15)
})

describe('after downtime', () => {
  test('the same things happen, as much later as the shop was closed', () => {
    const restartSlot = made.historySlots + 100
    const closedMs = hours(5)
    const at = made.slotSpan(restartSlot, stretches).start + closedMs
    const restarted = [...stretches, { slot: restartSlot, at }]
    const other = shop(HISTORY)
    const idsOf = (list: readonly ShopRecord[]) => list.map(eventIdOf)
    for (let slot = restartSlot - 20; slot < restartSlot + 100; slot++) {
      const arrived = other.arrivals(slot, restarted)
      expect(idsOf(arrived)).toEqual(idsOf(slots[slot]!))
      const { start, end } = other.slotSpan(slot, restarted)
      expect(end - start).toBe(LIVE_SLOT_MS)
      expect(start - made.slotSpan(slot, stretches).start).toBe(slot < restartSlot ? 0 : closedMs)
      for (const record of arrived) expect(timeOf(record)).toBeLessThan(end)
    }
  })
})

describe('sense', () => {
  test('an order is placed once, before all else that becomes of it', () => {
    const placed = new Set<string>()
    const seen = new Set<string>()
    const orphans: string[] = []
    for (const record of records) {
      const id = eventIdOf(record)
      if (record.topic.name !== orders.name || id === null || seen.has(id)) continue
      seen.add(id)
      const { type } = record.record as { type: string }
      if (type === 'PLACED') placed.add(record.key)
      else if (!placed.has(record.key)) orphans.push(record.key)
    }
    expect(orphans).toEqual([])
    expect(placed.size).toBeGreaterThan(500)
    const unknown = [...placed].filter(orderId => made.truth.orderOf(orderId) === null)
    expect(unknown).toEqual([])
  })

  test('a history that is no whole number of slots is refused', () => {
    const settings = { ...HISTORY, opensAt: HISTORY.opensAt + HISTORY_SLOT_MS / 2 }
    expect(() => shop(settings)).toThrow('move opensAt')
  })
})
