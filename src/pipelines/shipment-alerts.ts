/**
 * Watches the goods on their way, and the sensors that watch them.
 *
 *   logistics and shipment-etas, by shipment, with the limits of shipments  -->  shipment-alerts
 *
 * An alert comes when a severity changes, once for each, and once when all is well again:
 *
 *   TEMPERATURE  beyond a limit for 45 min, or for 60, or by far; see `models/excursion.ts`. Of the whole
 *                shipment: little or no shelf life is left
 *   HUMIDITY     the same, by its limit
 *   SHOCK        above the limit, at once; over after a day without one
 *   TILT         more than 30° for 10 s
 *   SILENT       three readings are missing
 *   STUCK        twelve readings are the same
 *   ANOMALY      unusual for the sensor, whatever the limits are: `models/anomaly-score.ts`, or slow drift
 *   DOOR         open for ten minutes, or half an hour, or on the way
 *   LATE         the promise has passed, or that is likely by `shipment-etas`, or it was not seen for two days
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
import {
  shipmentAlerts as alertsTopic,
  logistics,
  products,
  shipmentEtas,
  shipments,
} from '../events.ts'
import { arrived, forecastLate, judgeLateness, watchPromise } from './shipment-alerts-lateness.ts'
import { readingTaken } from './shipment-alerts-reading.ts'
import { type Alert, SHIPMENT_ALERTS_VERSION } from './shipment-alerts-result.ts'
import { awaitCalm, calmed, silenced, stopWatching, watch } from './shipment-alerts-silence.ts'
import {
  hasRoomFor,
  NAMELESS,
  PRODUCT_FIELDS,
  SENSORS_MAX,
  SHIPMENT_FIELDS,
  shipmentState,
} from './shipment-alerts-state.ts'
import { doorEnded, doorMoved, isDoor, isSeen, judgeDoor, seen } from './shipment-alerts-steps.ts'

/** @param anomalies whether each temperature is scored, which is half of the work and most of the state */
export const shipmentAlertsWith = ({ anomalies }: { readonly anomalies: boolean }) =>
  definePipeline({
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
          'tiltDeg',
        ),
        when: event => event.type === 'READING',
        key: by('shipmentId'),
        late: 'handle',
        disorderBy: 'key',
      },
      step: {
        from: read(logistics, 'shipmentId', 'type'),
        when: event => isSeen(event) || isDoor(event),
        key: by('shipmentId'),
        late: 'handle',
        disorderBy: 'key',
      },
      eta: {
        from: read(shipmentEtas, 'shipmentId', 'stage', 'lateProbability'),
        when: eta => eta.stage !== 'DELIVERED' && eta.lateProbability !== null,
        key: by('shipmentId'),
        late: 'handle',
        // Sensors are not waited for longer because nothing is forecast.
        holdsBack: false,
      },
      end: {
        from: read(logistics, 'shipmentId', 'type'),
        when: event => event.type === 'DELIVERED' || event.type === 'RETURNED',
        key: by('shipmentId'),
        late: 'handle',
        disorderBy: 'key',
      },
    },
    references: {
      shipments: read(shipments, ...SHIPMENT_FIELDS),
      products: read(products, ...PRODUCT_FIELDS),
    },
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
        const sensor = readingTaken(before, reading, { subject, plan, context, alerts, anomalies })
        state.sensors.set(sensorId, sensor)
        watch(sensor.presence, context)
        awaitCalm(sensor, context)
        watchPromise(context)
        return alerts.length > 0 ? alerts : null
      },
      step(step, context) {
        if (step.occurredAt > (context.state.endedAt.get() ?? Infinity)) return null
        return isDoor(step) ? doorMoved(step, context) : seen(step, context)
      },
      eta({ lateProbability }, context) {
        return forecastLate(lateProbability!, context)
      },
      end(event, context) {
        const { state } = context
        state.endedAt.set(Math.min(event.occurredAt, state.endedAt.get() ?? Infinity))
        return [
          ...stopWatching(context),
          ...doorEnded(context),
          ...arrived(context, event.occurredAt),
        ]
      },
    },
    onTimer: {
      silence: context => silenced(context),
      calm: context => calmed(context),
      door: context => judgeDoor(context),
      late: context => judgeLateness(context),
    },
  })

export const shipmentAlerts = shipmentAlertsWith({ anomalies: true })

const TOO_MANY_SENSORS =
  `The shipment has ${SENSORS_MAX} other sensors that were heard within a day, which is as many as ` +
  'are kept. Watch it as several shipments, and redrive.'
