/**
 * What a place knew of an attempt before it; the attempt is known there from then on. Each place answers
 * what it is asked for and nothing else: whole networks share an IP address, so how much they order says
 * nothing about one of them.
 */
import { double, long, nullable, record, type ValueOf } from '../engine/form.ts'
import type { RecentSet } from '../engine/state/index.ts'
import type { Attempt } from './fraud-attempts.ts'
import { count, countsBefore, countsForm } from './fraud-counts.ts'
import { marketBefore, marketForm } from './fraud-guards.ts'
import { compareHabits, habitsForm } from './fraud-habits.ts'
import { merchantBefore, merchantForm, riskIn } from './fraud-labels.ts'
import { linksForm } from './fraud-link-cells.ts'
import { linksBefore } from './fraud-links.ts'
import { compareSpending, spendingForm } from './fraud-spending.ts'
import type { FraudContext, FraudPart } from './fraud-state.ts'

/** Null is not known, or not for this place to know. */
export const fraudAnswer = record({
  counts: nullable(countsForm),
  /** Customers seen here, this one included. */
  users: nullable(long),
  risk: nullable(double),
  spending: nullable(spendingForm),
  habits: nullable(habitsForm),
  merchant: nullable(merchantForm),
  market: nullable(marketForm),
  links: nullable(linksForm),
})
export type FraudAnswer = Readonly<ValueOf<typeof fraudAnswer>>

/** To an event that only adds to what is known, and gets no score. */
export const NO_ANSWER: FraudAnswer = {
  counts: null,
  users: null,
  risk: null,
  spending: null,
  habits: null,
  merchant: null,
  market: null,
  links: null,
}

/** Answers first and learns then: an attempt is no evidence against itself. */
export const answerTo = (attempt: Attempt, context: FraudContext): FraudAnswer =>
  ANSWERS[context.part](attempt, context)

type Answering = (attempt: Attempt, context: FraudContext) => FraudAnswer

const ANSWERS: Readonly<Record<FraudPart, Answering>> = {
  user(attempt, context) {
    const spending = compareSpending(attempt, context)
    const habits = compareHabits(attempt, spending.amountZ, context)
    return {
      counts: counted(attempt, context),
      users: null,
      risk: riskOf(context),
      spending,
      habits,
      merchant: null,
      market: null,
      links: null,
    }
  },
  instrument: (attempt, context) => ({
    counts: counted(attempt, context),
    users: usersOf(context.state.users24h, attempt, context),
    risk: riskOf(context),
    spending: compareSpending(attempt, context),
    habits: null,
    merchant: null,
    market: null,
    links: null,
  }),
  device: (attempt, context) =>
    sharedPlace(
      counted(attempt, context),
      usersOf(context.state.users24h, attempt, context),
      context,
    ),
  ip: (attempt, context) =>
    sharedPlace(
      countsBefore(attempt, context),
      usersOf(context.state.users24h, attempt, context),
      context,
    ),
  address: (attempt, context) =>
    sharedPlace(null, usersOf(context.state.users30d, attempt, context), context),
  merchant(_, context) {
    const merchant = merchantBefore(context)
    context.state.orders7d.add(context.now)
    return {
      counts: null,
      users: null,
      risk: riskOf(context),
      spending: null,
      habits: null,
      merchant,
      market: null,
      links: null,
    }
  },
  market: (_, context) => ({ ...NO_ANSWER, market: marketBefore(context) }),
  graph: (attempt, context) => ({ ...NO_ANSWER, links: linksBefore(attempt, context) }),
}

/** Written out with all its fields: an answer is made for each place of each event. */
const sharedPlace = (
  counts: FraudAnswer['counts'],
  users: number,
  context: FraudContext,
): FraudAnswer => ({
  counts,
  users,
  risk: riskOf(context),
  spending: null,
  habits: null,
  merchant: null,
  market: null,
  links: null,
})

const counted: (...asked: Parameters<Answering>) => FraudAnswer['counts'] = (attempt, context) => {
  const counts = countsBefore(attempt, context)
  count(attempt, context)
  return counts
}

const riskOf = ({ state, now }: FraudContext): number | null => riskIn(state, now)

/** Known before the answer: to be the fourth customer on a device is a fact about the device. */
const usersOf = (users: RecentSet, { userId }: Attempt, { now }: FraudContext): number => {
  if (userId !== null) users.add(userId, now)
  return users.items(now).length
}
