/** What journey-triggers says of one person, beside what follows from the whole list of events. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { days, hours, type Instant, minutes } from '../engine/time.ts'
import { type JourneyTrigger, journeyTriggers as triggers } from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { journeyRows as rows } from '../testing/journey-rows.ts'
import { playStep } from '../testing/play-step.ts'
import { type ScriptStep, type Send, tick } from '../testing/script.ts'
import { journeyTriggers } from './journey-triggers.ts'

interface Happening {
  readonly at: Instant
  readonly what:
    | 'add'
    | 'remove'
    | 'checkout'
    | 'order'
    | 'cancel'
    | 'decline'
    | 'paid'
    | 'refund'
    | 'yes'
    | 'no'
    | 'dormant'
    | 'vip'
    | 'back'
  /** Of an article, or of the order that it speaks of. */
  readonly number: number
  readonly units: number
}

const QUIET_FROM = 20
const QUIET_TO = 9
const UNIT_MINOR = 500
const ORDER_MINOR = 1_000

/** A life of one person in India, where no clock is ever put. No two things happen at once. */
const lives = fc
  .array(
    fc.record({
      what: fc.constantFrom<Happening['what'][]>(
        'add',
        'add',
        'add',
        'remove',
        'checkout',
        'order',
        'order',
        'cancel',
        'decline',
        'paid',
        'refund',
        'yes',
        'yes',
        'no',
        'dormant',
        'vip',
        'back',
      ),
      number: fc.nat(2),
      units: fc.integer({ min: 1, max: 3 }),
      gapMs: fc.oneof(fc.nat(minutes(50)), fc.nat(hours(30)), fc.nat(days(12))),
    }),
    { maxLength: 25, size: 'max' },
  )
  .map(drawn => {
    let at = days(1)
    return drawn.map(({ gapMs, ...rest }): Happening => {
      at += 1 + gapMs
      return { at, ...rest }
    })
  })

/** Each order has its own id; `number` says how many orders back the others speak of. */
const orderNumbers = (life: readonly Happening[]): readonly number[] => {
  let placed = 0
  return life.map(({ what, number }) => (what === 'order' ? placed++ : placed - 1 - number))
}

const sendsOf = (life: readonly Happening[], order = 'o'): readonly Send[] => {
  const numbers = orderNumbers(life)
  return life.map((each, index) => sendOf(each, `${order}${numbers[index]}`, index))
}

const sendOf = ({ at, what, number, units }: Happening, of: string, index: number): Send => {
  const made: Readonly<Record<Happening['what'], () => Send>> = {
    add: () => rows.add(at, 'anna', `a${number}`, `${units}`, '5GBP'),
    remove: () => rows.remove(at, 'anna', `a${number}`, `${units}`),
    checkout: () => rows.checkout(at, 'anna'),
    order: () => rows.order(at, 'anna', of, '10GBP'),
    cancel: () => rows.cancel(at, 'anna', of, '10GBP'),
    decline: () => rows.decline(at, 'anna', of, '10GBP'),
    paid: () => rows.paid(at, 'anna', of, '10GBP'),
    refund: () => rows.refund(at, 'anna', `r${index}`, '5GBP', `of:${of}`),
    yes: () => rows.consent(at, 'anna', 'MARKETING'),
    no: () => rows.consent(at, 'anna', 'none'),
    dormant: () => rows.standing(at, 'anna', 'DORMANT', 'from:AT_RISK', 'ltv:99GBP'),
    back: () => rows.standing(at, 'anna', 'ACTIVE', 'from:DORMANT'),
    vip: () => rows.standing(at, 'anna', 'AT_RISK', 'from:ACTIVE', 'tags:HIGH_VALUE'),
  }
  return made[what]()
}

/** A message that would be told at `dueAt`, were it not pointless from `endsAt` on. */
interface Candidate {
  readonly trigger: JourneyTrigger['trigger']
  readonly dueAt: Instant
  readonly endsAt: Instant
  readonly worth: number | null
}

const CART_WHATS = ['add', 'remove', 'checkout'] as const
const isOf = (whats: readonly string[]) => (each: Happening) => whats.includes(each.what)
const firstAfter = (life: readonly Happening[], at: Instant, whats: readonly string[]): Instant =>
  life.find(each => each.at > at && whats.includes(each.what))?.at ?? Infinity

/** The cart at the moment of one of its events, from all that happened to it since it was emptied. */
const cartAt = (life: readonly Happening[], index: number): number => {
  const units = new Map<number, number>()
  let lastAt = Infinity
  for (const { at, what, number, units: more } of life.slice(0, index + 1)) {
    if (what === 'order') units.clear()
    if (!isOf(CART_WHATS)({ what } as Happening)) continue
    if (at - lastAt >= days(30)) units.clear()
    lastAt = at
    const held = units.get(number) ?? 0
    if (what === 'add') units.set(number, held + more)
    if (what === 'remove') units.set(number, Math.max(0, held - more))
  }
  return [...units.values()].reduce((sum, each) => sum + each, 0) * UNIT_MINOR
}

const cartCandidates = (life: readonly Happening[]): readonly Candidate[] =>
  life.flatMap(({ at, what }, index) => {
    const worth = cartAt(life, index)
    if (!isOf(CART_WHATS)({ what } as Happening) || worth === 0) return []
    const endsAt = firstAfter(life, at, [...CART_WHATS, 'order'])
    return [
      { trigger: 'CART_60M' as const, dueAt: at + hours(1), endsAt, worth },
      { trigger: 'CART_24H' as const, dueAt: at + hours(24), endsAt, worth },
      { trigger: 'CART_72H' as const, dueAt: at + hours(72), endsAt, worth },
    ]
  })

const standingCandidates = (life: readonly Happening[]): readonly Candidate[] =>
  life.filter(isOf(['dormant', 'vip'])).map(({ at, what }) => ({
    trigger: what === 'vip' ? 'VIP_AT_RISK' : 'WIN_BACK',
    dueAt: at,
    // One that is put off gives way to another of its kind.
    endsAt: firstAfter(life, at, ['order', 'back', what]),
    worth: null,
  }))

interface Span {
  readonly from: Instant
  readonly until: Instant
}

/** When an order stood: from being placed, or paid, until it was undone or another took its place. */
const spansOf = (life: readonly Happening[], order: number): readonly Span[] => {
  const numbers = orderNumbers(life)
  const about = life.filter((_, index) => numbers[index] === order)
  const isNext = ({ what }: Happening, n: number) => what === 'order' && numbers[n] === order + 1
  const nextAt = life.find(isNext)?.at ?? Infinity
  const spans: Span[] = []
  let from: Instant | null = null
  let refundedMinor = 0
  for (const { at, what } of about) {
    const undoneAt = from === null ? (spans.at(-1)?.until ?? Infinity) : Infinity
    const isReplaced = undoneAt < nextAt && nextAt < at
    if (isReplaced || (from === null && what === 'cancel')) return spans
    if (from === null && (what === 'order' || what === 'paid')) from = at
    if (from === null) continue
    if (what === 'refund') refundedMinor += ORDER_MINOR / 2
    const isUndone = what === 'cancel' || refundedMinor >= ORDER_MINOR
    if (!isUndone && what !== 'decline') continue
    spans.push({ from, until: at })
    if (isUndone) return spans
    from = null
  }
  return from === null ? spans : [...spans, { from, until: Infinity }]
}

/** An order is a first one where none before it stood when the next one came. */
const orderCandidates = (life: readonly Happening[]): readonly Candidate[] => {
  const placed = life.filter(isOf(['order'])).map(({ at }) => at)
  const spans = placed.map((_, order) => spansOf(life, order))
  return spans.flatMap((ofOrder, order) => {
    const isFirst = spans
      .slice(0, order)
      .every((before, n) => before.every(({ until }) => until < placed[n + 1]!))
    if (!isFirst) return []
    return ofOrder.flatMap(({ from, until: endsAt }) => [
      { trigger: 'FIRST_PURCHASE' as const, dueAt: from + hours(1), endsAt, worth: null },
      { trigger: 'CROSS_SELL' as const, dueAt: from + days(7), endsAt, worth: null },
    ])
  })
}

const ONCE: readonly string[] = ['FIRST_PURCHASE', 'CROSS_SELL']

const IMPORTANCE: readonly string[] = [
  'FIRST_PURCHASE',
  'VIP_AT_RISK',
  'WIN_BACK',
  'CART_60M',
  'CART_24H',
  'CART_72H',
  'CROSS_SELL',
]

/** Hour by hour, on a clock that is five and a half hours ahead. */
const isQuiet = (at: Instant): boolean => {
  const hour = Math.floor((at + hours(5.5)) / hours(1)) % 24
  return hour >= QUIET_FROM || hour < QUIET_TO
}
const quietEnd = (at: Instant): Instant => {
  let end = Math.ceil((at + 1) / minutes(30)) * minutes(30)
  while (isQuiet(end)) end += minutes(30)
  return end
}

const expectedOf = (life: readonly Happening[]): readonly string[] => {
  let open = [...cartCandidates(life), ...standingCandidates(life), ...orderCandidates(life)].map(
    candidate => ({ ...candidate, at: candidate.dueAt }),
  )
  const lines: string[] = []
  const written: Instant[] = []
  for (;;) {
    open.sort(
      (a, b) => a.at - b.at || IMPORTANCE.indexOf(a.trigger) - IMPORTANCE.indexOf(b.trigger),
    )
    const next = open[0]
    if (next === undefined) return lines
    const { at, trigger, endsAt, worth } = next
    const consent = life.findLast(each => each.at <= at && isOf(['yes', 'no'])(each))
    const isFull = written.filter(each => each > at - days(7)).length >= 2
    const by = consent?.what !== 'yes' ? 'CONSENT' : isFull ? 'CAP' : null
    if (endsAt <= at) open.shift()
    else if (by === null && isQuiet(at)) next.at = quietEnd(at)
    else {
      open.shift()
      if (by === null) written.push(at)
      lines.push(`${at} ${trigger} ${worth} ${by}`)
      if (ONCE.includes(trigger)) open = open.filter(other => other.trigger !== trigger)
    }
  }
}

const ask = rows.consent(0, 'anna', 'none', 'market:IN')
const toldOf = (life: readonly Happening[]): readonly string[] =>
  toldAfter('history', [ask, ...sendsOf(life)])

const toldAfter = (mode: 'live' | 'history', steps: readonly ScriptStep[]): readonly string[] => {
  const mill = new Harness([journeyTriggers], { mode, batchSize: 7 })
  playStep(mill, rows.market(0, 'IN', 'Asia/Kolkata', `${QUIET_FROM}`, `${QUIET_TO}`))
  for (const step of steps) playStep(mill, step)
  mill.finish(true)
  expect(mill.dead).toEqual([])
  return mill
    .resultsOf(triggers)
    .map(
      ({ occurredAt, trigger, cartValueMinor, suppressedBy }) =>
        `${occurredAt} ${trigger} ${cartValueMinor} ${suppressedBy}`,
    )
}

test('what is told of a person is what a look at the whole list of events tells', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(lives, life => {
      const told = toldOf(life)
      for (const line of told) seen.add(line.slice(line.indexOf(' ')).replace(/ \d+ /, ' '))
      expect(told).toEqual(expectedOf(life))
    }),
    { numRuns: 250 },
  )
  // So that the lives are not too tame: every trigger was written, capped, and without consent.
  expect(new Set([...seen].map(each => each.split(' ').at(-1)))).toEqual(
    new Set(['null', 'CAP', 'CONSENT']),
  )
  expect(new Set([...seen].map(each => each.split(' ')[1]))).toEqual(new Set(IMPORTANCE))
}, 60_000)

test('somebody who was erased is a new person, whatever comes late from before it', () => {
  const erasedAt = days(400)
  const erased = [rows.erase(erasedAt, 'anna'), tick(erasedAt + minutes(1))]
  const askAgain = rows.consent(erasedAt + hours(1), 'anna', 'none', 'market:IN')
  fc.assert(
    fc.property(lives, lives, (before, after) => {
      const since = after.map(each => ({ ...each, at: each.at + erasedAt }))
      const late = sendsOf(before, 'before')
      const told = toldAfter('live', [ask, ...erased, ...late, askAgain, ...sendsOf(since)])
      expect(told).toEqual(toldAfter('live', [askAgain, ...sendsOf(since)]))
    }),
    { numRuns: 60 },
  )
}, 60_000)
