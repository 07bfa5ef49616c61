/** Loggers upload in bulk: lateness is judged by what each has brought itself. */
import { describe, expect, test } from 'vitest'
import { logistics, shipmentAlerts } from '../events.ts'
import { harness } from '../testing/harness.ts'
import { long } from './form.ts'
import { definePipeline } from './pipeline.ts'
import { value } from './state/index.ts'
import { days, hours, minutes } from './time.ts'

const readings = (order: 'arrival' | 'event-time') =>
  definePipeline({
    id: 'readings',
    version: '1',
    order,
    inputs: {
      reading: {
        from: logistics,
        key: reading => reading.sensorId,
        disorderMs: minutes(1),
        disorderBy: 'key',
      },
    },
    state: { readings: value(long, 0) },
    forgetAfterMs: days(30),
    output: shipmentAlerts,
    on: { reading: (_reading, { state }) => state.readings.set(state.readings.get() + 1) },
  })

const at = (occurredAt: number, sensorId: string) => ({
  eventId: `${sensorId}-${occurredAt}`,
  occurredAt,
  shipmentId: 's1',
  sensorId,
  type: 'READING',
})

describe('disorder by key', () => {
  test('a bulk upload hours behind the others is in time', () => {
    const mill = harness([readings('arrival')])
    mill.send(logistics, at(hours(5), 'prompt'))
    for (const hour of [1, 2, 3]) mill.send(logistics, at(hours(hour), 'bulk'))
    expect(mill.late).toEqual([])
    expect(mill.application.runners[0]!.counters.taken).toBe(4)
  })

  test('a reading behind its own sensor by more than the disorder is late, by that', () => {
    const mill = harness([readings('arrival')])
    mill.send(logistics, at(hours(2), 'a'))
    mill.send(logistics, at(hours(2) - minutes(1), 'a'))
    mill.send(logistics, at(hours(2) - minutes(1) - 1, 'a'))
    expect(mill.late).toMatchObject([{ eventId: `a-${hours(2) - minutes(1) - 1}`, lateByMs: 0 }])
  })

  test('what a key has brought outlives a crash', () => {
    const mill = harness([readings('arrival')])
    mill.send(logistics, at(hours(2), 'a'))
    const again = mill.crash()
    again.send(logistics, at(hours(1), 'a'))
    expect(again.late).toHaveLength(1)
  })

  test('it is refused where records are held for the watermark', () => {
    expect(() => readings('event-time')).toThrow(/disorder by key is for arrival order/)
  })
})
