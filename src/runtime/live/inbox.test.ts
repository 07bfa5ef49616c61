import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Arrival, Incoming, ParcelArrival } from '../../engine/arrival.ts'
import { mergedByHeads } from '../../engine/merge.ts'
import { clickstream, orders } from '../../events.ts'
import { Inbox } from './inbox.ts'

const PLACES = [
  { topic: 'clickstream', partition: 0 },
  { topic: 'exchange', partition: 0 },
  { topic: 'orders', partition: 0 },
  { topic: 'orders', partition: 1 },
]
const NAMES = PLACES.map(({ topic, partition }) => `${topic}|${partition}`)

const arrival = (place: number, offset: number, occurredAt: number): Arrival => ({
  topic: place === 0 ? clickstream : orders,
  partition: PLACES[place]!.partition,
  source: NAMES[place]!,
  offset,
  timestampMs: offset,
  key: null,
  format: 'json',
  value: Buffer.from('x'),
  event: { occurredAt, eventId: `${place}-${offset}` },
  failure: null,
  redrivenFor: null,
})

const parcel = (offset: number, bytes = 10): ParcelArrival => ({
  exchange: 'exchange',
  partition: 0,
  offset,
  timestampMs: offset,
  value: Buffer.alloc(bytes, 1),
  topic: null,
  event: null,
})

const inbox = (): Inbox => {
  const made = new Inbox()
  // In any order: a merge goes by the names.
  made.add([...PLACES].reverse())
  return made
}

const sources = fc.tuple(
  ...PLACES.map((_, place) =>
    fc
      .array(fc.nat(20), { maxLength: 6 })
      .map(times =>
        times.map(
          (at, offset): Incoming => (place === 1 ? parcel(offset) : arrival(place, offset, at)),
        ),
      ),
  ),
)

describe('an inbox', () => {
  test('hands on what the merge of all by their heads begins with', () => {
    fc.assert(
      fc.property(sources, fc.nat(30), (items, max) => {
        const box = inbox()
        items.forEach((each, place) => {
          box.push(NAMES[place]!, each)
        })
        const taken: Incoming[] = []
        expect(box.takeRound(max, incoming => taken.push(incoming))).toBe(taken.length)
        expect(taken).toEqual(mergedByHeads(items).slice(0, max))
        expect(box.size).toBe(items.flat().length - taken.length)
      }),
    )
  })

  test('takes each item once and in its order, however it comes in and is taken', () => {
    const steps = fc.array(
      fc.record({ place: fc.nat(3), count: fc.nat(5), max: fc.nat(8), heldBack: fc.nat(15) }),
    )
    fc.assert(
      fc.property(steps, script => {
        const box = inbox()
        const pushed: Incoming[][] = PLACES.map(() => [])
        const taken: Incoming[][] = PLACES.map(() => [])
        const round = (max: number, heldBack: ReadonlySet<string>): void => {
          box.holdBack(heldBack)
          box.takeRound(max, incoming => {
            const place = incoming.topic === null ? 1 : NAMES.indexOf((incoming as Arrival).source)
            expect(heldBack.has(NAMES[place]!)).toBe(false)
            taken[place]!.push(incoming)
          })
        }
        for (const { place, count, max, heldBack } of script) {
          const fresh = Array.from({ length: count }, (_, index) => {
            const offset = pushed[place]!.length + index
            return place === 1 ? parcel(offset) : arrival(place, offset, (offset * 7) % 11)
          })
          pushed[place]!.push(...fresh)
          box.push(NAMES[place]!, fresh)
          round(max, new Set(NAMES.filter((_, index) => heldBack & (1 << index))))
          for (const [index, name] of NAMES.entries()) {
            expect(box.waiting(name)).toBe(pushed[index]!.length - taken[index]!.length)
          }
        }
        round(Number.POSITIVE_INFINITY, new Set())
        expect(taken).toEqual(pushed)
        expect([...box.empty()]).toHaveLength(PLACES.length)
        expect(box.size).toBe(0)
      }),
    )
  })

  test('counts a parcel as the records that may be in it, so that no round is too large', () => {
    const box = inbox()
    box.push('exchange|0', [parcel(0, 100_000), parcel(1, 100_000), parcel(2, 100)])
    expect(box.size).toBeGreaterThan(700)
    let parcels = 0
    box.takeRound(500, () => parcels++)
    expect(parcels).toBe(2)
    expect(box.waiting('exchange|0')).toBe(1)
  })

  test('knows the oldest of what waits', () => {
    const box = inbox()
    expect(box.oldestMs()).toBe(Number.POSITIVE_INFINITY)
    box.push('orders|1', [arrival(3, 7, 0)])
    box.push('orders|0', [arrival(2, 4, 9)])
    expect(box.oldestMs()).toBe(4)
  })
})
