/**
 * Which faults happen in a run, and how: a pure function of seed and number. Ten in a row hold each
 * kind at least once, in an order of their own; processes go 1 → 4 → 2 and on. Every other one, about,
 * begins while the one before it is still going on.
 */
import { seconds } from '../../src/engine/time.ts'
import { Dice } from '../../src/testing/sample/dice.ts'

/** Whom a fault hits. */
export interface Victim {
  /** From 0 to below 1: a place among the processes that are there. */
  readonly place: number
  /** One that takes records in and fills tables; else also one that is starting. */
  readonly atWork: boolean
}

export type Fault =
  /** `kill -9` of a process, which comes again after `awayMs`. */
  | { readonly kind: 'kill-process'; readonly victim: Victim; readonly awayMs: number }
  /** `kill -9` of what computes in it alone, which its parent starts again. */
  | { readonly kind: 'kill-child'; readonly victim: Victim }
  /** SIGTERM, as a deployment does; it has to end with 0, and comes again after `awayMs`. */
  | { readonly kind: 'end-process'; readonly victim: Victim; readonly awayMs: number }
  /** SIGSTOP for longer than the session lasts, then SIGCONT: a zombie. */
  | { readonly kind: 'pause-process'; readonly victim: Victim; readonly awayMs: number }
  /** SIGSTOP for a little less than the session lasts, then SIGCONT: it is still in the group, and late. */
  | { readonly kind: 'stall-process'; readonly victim: Victim; readonly awayMs: number }
  | { readonly kind: 'kill-broker'; readonly awayMs: number }
  | { readonly kind: 'kill-clickhouse' }
  | { readonly kind: 'scale'; readonly processes: number }

export type FaultKind = Fault['kind']

export interface PlannedFault {
  readonly fault: Fault
  /** From when the one before is over, or from when it began. */
  readonly afterMs: number
  readonly overlaps: boolean
}

export interface FaultPlanOptions {
  readonly seed: number
  readonly faults: number
  readonly sessionTimeoutMs: number
  /** Between faults, besides; so that a long run takes in what it is loaded with. Default 0. */
  readonly calmMs?: number
}

const TEN: readonly FaultKind[] = [
  'scale',
  'kill-process',
  'kill-broker',
  'pause-process',
  'kill-clickhouse',
  'kill-child',
  'scale',
  'end-process',
  'kill-process',
  'stall-process',
]
const OVERLAPPING = 0.5
/** Of a session, so that the next heartbeat comes before it ends. */
const STALL = 0.8
/** Most faults are to interrupt something. */
const AT_WORK = 0.75
const SCALES = [4, 2, 3, 1] as const

/** The first fault takes the run from one process to four, so that the others have victims. */
export const faultPlan = ({
  seed,
  faults,
  sessionTimeoutMs,
  calmMs = 0,
}: FaultPlanOptions): PlannedFault[] => {
  const dice = new Dice(seed, faults)
  const kinds = Array.from({ length: Math.ceil(faults / TEN.length) }, () => shuffled(dice)).flat()
  let scales = 0
  return kinds.slice(0, faults).map(kind => ({
    ...spaced(dice.whole(500, seconds(3)), dice.next() < OVERLAPPING, calmMs),
    fault: faultOf(kind, dice, sessionTimeoutMs, () => SCALES[scales++ % SCALES.length]!),
  }))
}

/** One that overlaps comes while the one before is going on: calm is for what comes after both. */
const spaced = (afterMs: number, overlaps: boolean, calmMs: number) => ({
  afterMs: overlaps ? afterMs : afterMs + calmMs,
  overlaps,
})

const faultOf = (
  kind: FaultKind,
  dice: Dice,
  sessionTimeoutMs: number,
  nextScale: () => number,
): Fault => {
  switch (kind) {
    case 'scale':
      return { kind, processes: nextScale() }
    case 'kill-clickhouse':
      return { kind }
    case 'kill-child':
      return { kind, victim: victimOf(dice) }
    case 'kill-broker':
      return { kind, awayMs: dice.whole(200, seconds(4)) }
    case 'pause-process':
      return { kind, victim: victimOf(dice), awayMs: sessionTimeoutMs + dice.whole(500, 3_000) }
    case 'stall-process':
      return { kind, victim: victimOf(dice), awayMs: Math.round(STALL * sessionTimeoutMs) }
    default:
      return { kind, victim: victimOf(dice), awayMs: dice.whole(100, seconds(5)) }
  }
}

const victimOf = (dice: Dice): Victim => ({ place: dice.next(), atWork: dice.next() < AT_WORK })

/** The first stays in front: a scale, so that each ten begins with other processes. */
const shuffled = (dice: Dice): FaultKind[] => {
  const left = TEN.slice(1)
  const kinds: FaultKind[] = [TEN[0]!]
  while (left.length > 0) kinds.push(...left.splice(dice.whole(0, left.length - 1), 1))
  return kinds
}

/** As people read it. */
export const faultText = (fault: Fault): string => {
  switch (fault.kind) {
    case 'scale':
      return `scale to ${fault.processes}`
    case 'kill-clickhouse':
      return 'kill -9 ClickHouse'
    case 'kill-broker':
      return `kill -9 the broker, away ${fault.awayMs} ms`
    case 'pause-process':
    case 'stall-process':
      return `SIGSTOP a process for ${fault.awayMs} ms, then SIGCONT`
    case 'kill-child':
      return 'kill -9 what computes in a process'
    case 'kill-process':
      return `kill -9 a process, away ${fault.awayMs} ms`
    case 'end-process':
      return `SIGTERM a process, away ${fault.awayMs} ms`
  }
}
