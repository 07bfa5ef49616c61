/** What is said of a shipment on its way: that it is late, and that its door is open. */
import { DOOR_OPEN_MS, type Door } from '../models/door.ts'
import type { Lateness, LateReason } from '../models/lateness.ts'
import { sentence, spanText } from '../models/sentence.ts'
import { type Alert, alert, type Subject } from './shipment-alerts-result.ts'
import { NAMELESS } from './shipment-alerts-state.ts'

const wholeOf = (shipmentId: string): Subject => ({ shipmentId, sensorId: NAMELESS })

const LATE_REASONS: Readonly<Record<LateReason, string>> = {
  LATE_PASSED: 'It was promised for {promised}, and is not there.',
  LATE_LIKELY: 'It will be late with a probability of four in five or more.',
  LATE_NO_SCAN: 'It was not seen for {unseen}.',
}

export const lateAlert = (
  shipmentId: string,
  { severity, startedAt, seenAt }: Lateness,
  reason: LateReason,
  promisedAt: number | null,
  now: number,
): Alert =>
  alert(wholeOf(shipmentId), 'LATE', severity!, startedAt, {
    code: reason,
    detail: sentence(LATE_REASONS[reason], {
      promised: promisedAt === null ? '' : dateText(promisedAt),
      unseen: spanText(now - (seenAt ?? now)),
    }),
    weight: 1,
  })

/** As 2026-03-01 10:00 UTC. */
const dateText = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

export const notLateAlert = (shipmentId: string, before: Lateness, now: number): Alert =>
  alert(wholeOf(shipmentId), 'LATE', 'RECOVERED', before.startedAt, {
    code: 'LATE_OVER',
    detail: sentence('Seen again or promised anew, after {span}.', {
      span: spanText(now - before.startedAt),
    }),
    weight: 1,
  })

export const arrivedAlert = (
  shipmentId: string,
  before: Lateness,
  promisedAt: number | null,
  at: number,
): Alert => {
  const isLate = promisedAt !== null && at > promisedAt
  return alert(wholeOf(shipmentId), 'LATE', 'RECOVERED', before.startedAt, {
    code: isLate ? 'LATE_ARRIVED' : 'LATE_IN_TIME',
    detail: isLate
      ? sentence('There, {span} after the promise.', { span: spanText(at - promisedAt) })
      : 'There, and no later than was promised.',
    weight: 1,
  })
}

/** In minutes, as what is measured of a door. */
const minutesOf = (spanMs: number): number => spanMs / 60_000

export const doorAlert = (
  shipmentId: string,
  { openedAt, severity }: Door,
  now: number,
  isUnderWay: boolean,
): Alert => {
  const openMs = now - openedAt!
  const limitMs = severity === 'CRITICAL' ? DOOR_OPEN_MS.critical : DOOR_OPEN_MS.warning
  const isOnTheWay = isUnderWay && openMs < DOOR_OPEN_MS.warning
  return alert(
    wholeOf(shipmentId),
    'DOOR',
    severity!,
    openedAt!,
    {
      code: isOnTheWay ? 'DOOR_ON_THE_WAY' : 'DOOR_OPEN',
      detail: isOnTheWay
        ? 'Its door was opened on the way.'
        : sentence('Its door has been open for {open}.', { open: spanText(openMs) }),
      weight: minutesOf(openMs),
    },
    { value: minutesOf(openMs), limit: isOnTheWay ? 0 : minutesOf(limitMs), dwellMs: openMs },
  )
}

export const doorClosedAlert = (shipmentId: string, { openedAt }: Door, at: number): Alert => {
  const openMs = at - openedAt!
  return alert(
    wholeOf(shipmentId),
    'DOOR',
    'RECOVERED',
    openedAt!,
    {
      code: 'DOOR_CLOSED',
      detail: sentence('Its door is closed, after {open}.', { open: spanText(openMs) }),
      weight: 1,
    },
    { value: minutesOf(openMs), dwellMs: openMs },
  )
}

export const doorEndedAlert = (shipmentId: string, { openedAt }: Door): Alert =>
  alert(wholeOf(shipmentId), 'DOOR', 'RECOVERED', openedAt!, {
    code: 'DOOR_ENDED',
    detail: 'The journey is over, so its door may be open.',
    weight: 1,
  })
