/** Real traces of couriers, on foot and driving: how far they went, also with fixes that are thrown far away. */
import { describe, expect, test } from 'vitest'
import { type Track, trackAfter } from '../src/models/position-track.ts'
import { distanceKm } from '../src/models/travel.ts'
import { courierGps } from '../src/sources/public-data/courier-gps.ts'
import { realData } from './temporary-folder.ts'

const data = realData('courier-gps')

interface Position {
  readonly occurredAt: number
  readonly latitude: number
  readonly longitude: number
}

const tracesOf = async (): Promise<Position[][]> => {
  const traces = new Map<string, Position[]>()
  for await (const events of courierGps.read(data.path)) {
    for (const { record: event } of events) {
      const { shipmentId, occurredAt, latitude, longitude } = event as unknown as Position & {
        shipmentId: string
      }
      const trace = traces.get(shipmentId) ?? []
      traces.set(shipmentId, [...trace, { occurredAt, latitude, longitude }])
    }
  }
  return [...traces.values()]
}

const trackOf = (positions: readonly Position[]): Track =>
  positions.reduce<Track | null>((track, one) => trackAfter(track, one), null)!

const hopsOf = (positions: readonly Position[]): number =>
  positions.reduce((sum, one, at) => sum + (at === 0 ? 0 : distanceKm(positions[at - 1]!, one)), 0)

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

describe.skipIf(data.missing)(
  'courier traces (skipped where ../shared/data/courier-gps is missing)',
  () => {
    test('tracks are as long as their hops but for the noise, and hold against fixes far away', async () => {
      const traces = await tracesOf()
      expect(traces).toHaveLength(805)
      const hops = sum(traces.map(hopsOf))
      const tracks = sum(traces.map(trace => trackOf(trace).distanceKm))
      const thrown = traces.map(trace =>
        trace.map((one, at) => (at % 50 === 25 ? { ...one, latitude: one.latitude + 0.027 } : one)),
      )
      const thrownTracks = sum(thrown.map(trace => trackOf(trace).distanceKm))
      const thrownHops = sum(thrown.map(hopsOf))
      expect(Math.abs(tracks / hops - 1)).toBeLessThan(0.12)
      expect(Math.abs(thrownTracks / tracks - 1)).toBeLessThan(0.02)
      expect(thrownHops / hops).toBeGreaterThan(3)
    })
  },
)
