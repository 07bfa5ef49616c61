/** The last record of a subject: a visitor who turned out to be a user, or somebody who is erased. */
import { days } from '../engine/time.ts'
import type { Erasure, LifecycleSegment, Reason } from '../events.ts'
import { NOTHING_KNOWN } from './lifecycle-nothing-known.ts'
import { LIFECYCLE_MODEL_VERSION, type Segment } from './lifecycle-result.ts'
import type { LifecycleContext } from './lifecycle-state.ts'
import { subjectOf } from './lifecycle-subject.ts'

/** The subject stays where it stood; nothing more is said of it. */
export const lastOf = (
  segment: Segment,
  closedAs: LifecycleSegment['closedAs'],
  reasons: readonly Reason[],
): Segment => ({ ...segment, reasons, closedAs })

/** For so long goods come back and cards are charged back: events of orders of before an erasure. */
export const ERASURE_KNOWN_MS = days(180)

/**
 * Forgets a person, and says so where anything was said before. The record has the subject's id and
 * nothing else of the person: all that may be is null or empty, and stage and activity are UNKNOWN.
 *
 * The moment of the erasure is kept for 180 days, so that what comes late from before it, or is about
 * an order from before it, brings nobody back.
 */
export const erase = (
  { occurredAt }: Pick<Erasure, 'occurredAt'>,
  { key, now, state, timers }: LifecycleContext,
): Segment | null => {
  const isKnown = state.standing.get().stage !== null
  const until = Math.max(occurredAt, state.mergedAt.get() ?? occurredAt)
  for (const cell of Object.values(state)) cell.clear()
  timers.clear('standingChanges')
  state.mergedAt.set(until)
  timers.set('erasureEnds', now + ERASURE_KNOWN_MS)
  if (!isKnown) return null
  const modelVersion = LIFECYCLE_MODEL_VERSION
  return { ...NOTHING_KNOWN, modelVersion, ...subjectOf(key), closedAs: 'ERASED' }
}

/** By then whoever is here came after the erasure; mostly nobody did. */
export const endErasure = ({ state, forget }: LifecycleContext): void => {
  if (state.standing.get().stage === null) forget()
  else state.mergedAt.clear()
}
