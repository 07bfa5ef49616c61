/**
 * Watches the goods on their way, and the sensors that watch them.
 *
 *   logistics, by shipment, with the limits of shipments  -->  shipment-alerts
 *
 * An alert comes when a severity changes, once for each, and once when all is well again:
 *
 *   TEMPERATURE  beyond a limit for 45 min, or for 60, or by far; see `models/excursion.ts`
 *   HUMIDITY     the same
 *   SHOCK        above the limit, at once; there is no recovery from it
 *   SILENT       three readings are missing
 *   STUCK        twelve readings are the same
 *
 * Not yet: TILT, DOOR, LATE, and ANOMALY with its score. They take their places beside these.
 *
 * What a reading is judged by is the plan of the shipment as it is known when the reading comes; a
 * plan that comes later, or changes, counts from the next reading on. Without limits there are only
 * SILENT and STUCK.
 *
 * Readings count by their own time, sensor by sensor, so a logger may upload a day at once. One that
 * is not newer than its sensor's last changes no dwell; among the late records the engine counts it.
 * Thresholds are passed by readings, never by a timer: of a sensor that falls silent outside its
 * limits nobody knows what it would have said, and SILENT tells that.
 *
 * `DELIVERED` or `RETURNED` ends the journey. Readings of before that may still come, and are judged;
 * later ones are not. Silence is no longer watched; alerts about the goods stand as they are.
 */
import { by, definePipeline, reject } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import { shipmentAlerts as alertsTopic, logistics, shipments } from '../events.ts'
import { readingTaken } from './shipment-alerts-reading.ts'
import { type Alert, SHIPMENT_ALERTS_VERSION } from './shipment-alerts-result.ts'
import { silenced, stopWatching, watch } from './shipment-alerts-silence.ts'
import {
  hasRoomFor,
  NAMELESS,
  SENSORS_MAX,
  SHIPMENT_FIELDS,
  shipmentState,
} from './shipment-alerts-state.ts'

export const shipmentAlerts = definePipeline({
  id: 'shipment-alerts',
  version: SHIPMENT_ALERTS_VERSION,
  order: 'arrival',
  inputs: {
    reading: {
      from: read(
        logistics,
        'shipmentId',
        'sensorId',
        'type',
        'temperatureC',
        'humidityPct',
        'shockG',
      ),
      when: event => event.type === 'READING',
      key: by('shipmentId'),
      late: 'handle',
      disorderBy: 'key',
    },
    end: {
      from: read(logistics, 'shipmentId', 'type'),
      when: event => event.type === 'DELIVERED' || event.type === 'RETURNED',
      key: by('shipmentId'),
      late: 'handle',
      disorderBy: 'key',
    },
  },
  references: { shipments: read(shipments, ...SHIPMENT_FIELDS) },
  state: shipmentState,
  forgetAfterMs: days(90),
  output: alertsTopic,
  on: {
    reading(reading, context) {
      const { key, state, reference } = context
      const { occurredAt } = reading
      if (occurredAt > (state.endedAt.get() ?? Infinity)) return null
      const sensorId = reading.sensorId ?? NAMELESS
      const before = state.sensors.get(sensorId)
      if (before === undefined && !hasRoomFor(state.sensors, occurredAt)) {
        return reject('REJECTED', TOO_MANY_SENSORS)
      }
      const alerts: Alert[] = []
      const subject = { shipmentId: key, sensorId }
      const plan = reference.shipments.get(key)
      const sensor = readingTaken(before, reading, { subject, plan, alerts })
      state.sensors.set(sensorId, sensor)
      watch(sensor.presence, context)
      return alerts.length > 0 ? alerts : null
    },
    end(event, context) {
      const { state } = context
      state.endedAt.set(Math.min(event.occurredAt, state.endedAt.get() ?? Infinity))
      return stopWatching(context)
    },
  },
  onTimer: {
    silence: context => silenced(context),
  },
})

const TOO_MANY_SENSORS =
  `The shipment has ${SENSORS_MAX} other sensors that were heard within a day, which is as many as ` +
  'are kept. Watch it as several shipments, and redrive.'
