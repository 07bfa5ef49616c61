import type { Arrival, EngineFields } from '../arrival.ts'
import { inTotalOrder } from '../arrival.ts'
import type { InputPlan } from './plan.ts'

interface InARow {
  /** The step of the same key before this one; null before the first that may be done again. */
  before: Step | null
}

/** A record on its way to one key. */
export interface Delivery extends InARow {
  readonly input: InputPlan
  readonly arrival: Arrival
  readonly event: EngineFields
  readonly key: string
  /** Which part of a scattered event this is; null where it is not scattered. */
  readonly part: string | null
  /** Whether the watermark had passed it when it came. */
  readonly isLate: boolean
  /** Where it is held: in the changelog, on its way there, or handed on already. */
  held: 'new' | 'saved' | 'released' | null
}

/** @param part the part of a scattered event that this key answers; null where it is whole */
export const deliveryOf = (
  input: InputPlan,
  arrival: Arrival,
  key: string,
  part: string | null,
  isLate: boolean,
): Delivery => ({
  input,
  arrival,
  event: arrival.event!,
  key,
  part,
  isLate,
  held: null,
  before: null,
})

/** A timer of a key that came due. */
export interface Firing extends InARow {
  readonly timer: string
  readonly due: number
}

export type Step = Delivery | Firing

/** The steps of a key up to the last of them, the first one first. */
export const stepsUpTo = (last: Step | null): readonly Step[] => {
  const steps: Step[] = []
  for (let step = last; step !== null; step = step.before) steps.push(step)
  return steps.reverse()
}

export const isFiring = (step: Step): step is Firing => 'timer' in step

/** The total order; the parts or keys of one event in the order of their names. */
export const deliveredBefore = (a: Delivery, b: Delivery): boolean => {
  const order = inTotalOrder(a.event, a.arrival.topic, b.event, b.arrival.topic)
  if (order !== 0) return order < 0
  if (a.part !== b.part) return (a.part ?? '') < (b.part ?? '')
  const apart = toldApart(a, b)
  return apart === 0 ? a.key < b.key : apart < 0
}

/** For records that even the total order cannot tell apart: the same order, however they came. */
const toldApart = (a: Delivery, b: Delivery): number =>
  a.arrival.offset - b.arrival.offset ||
  a.arrival.partition - b.arrival.partition ||
  a.input.index - b.input.index

/** Names a held delivery in the changelog. */
export const heldName = (delivery: Delivery): string => {
  const { topic, partition, offset } = delivery.arrival
  const id = offset >= 0 ? `${partition}|${offset}` : delivery.event.resultId
  return `${topic.name}|${id}|${delivery.input.name}|${delivery.part ?? sharedKey(delivery)}`
}

/** A record of several keys is held once for each of them. */
const sharedKey = ({ input, key }: Delivery): string => (input.rules.keys ? key : '')
