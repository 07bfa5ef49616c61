/**
 * Whether what could be sold is measured by views or by hours in stock.
 *
 * Views say who could buy, and have the week and the campaigns in them. They are of use where they are
 * counted all the time, and no fewer than what is sold: one stray view, a monitor that looks once a day, or
 * a shop that counts the views of few of its visitors is none. Where they stop, hours count again.
 */
import { withUnknownLevel } from './elasticity-beliefs.ts'
import {
  type Demand,
  NO_DEMAND,
  NOTHING_SEEN,
  type Usual,
  usualUnitsPerDay,
} from './elasticity-demand.ts'

/** Of a half that is forgotten in a week, what a week in stock leaves. */
const SEEN_DAYS_MIN = 5
/** Share of the time with views, to begin with and below which to end: not back and forth at one bound. */
const VIEWED_FROM = 2 / 3
const VIEWED_UNTIL = 1 / 3
/** Views for each unit that is sold, likewise. */
const VIEWS_OF_A_UNIT_FROM = 1
const VIEWS_OF_A_UNIT_UNTIL = 1 / 2
const HOURS_OF_A_DAY = 24

/**
 * With its exposure in the unit that is of use now. What was learnt of prices stays; the level is said in
 * the other unit, and is as good as unknown, since a view is not worth the same hours each day.
 */
export const inItsUnit = (demand: Demand): Demand => {
  const isByViews = isMeasuredByViews(demand)
  if (isByViews === demand.isByViews) return demand
  const beliefs =
    demand.beliefs.length === 0 ? [] : withUnknownLevel(demand.beliefs, Math.log(ratioOf(demand)))
  return { ...demand, isByViews, start: NO_DEMAND.start, beliefs }
}

const isMeasuredByViews = (demand: Demand): boolean => {
  const { isByViews, usual } = demand
  const seen = usual.seen ?? NOTHING_SEEN
  const viewedMin = isByViews ? VIEWED_UNTIL : VIEWED_FROM
  const viewsMin = isByViews ? VIEWS_OF_A_UNIT_UNTIL : VIEWS_OF_A_UNIT_FROM
  return (
    (isByViews || seen.days >= SEEN_DAYS_MIN) &&
    seen.viewedDays >= viewedMin * seen.days &&
    viewsPerDay(usual) >= viewsMin * usualUnitsPerDay(demand)
  )
}

/** Of the present unit, how many are one of the other; at least one view a day. */
const ratioOf = ({ isByViews, usual }: Demand): number => {
  const hoursOfAView = HOURS_OF_A_DAY / Math.max(1, viewsPerDay(usual))
  return isByViews ? 1 / hoursOfAView : hoursOfAView
}

/** In stock. */
export const viewsPerDay = ({ seen }: Usual): number =>
  seen !== null && seen.days > 0 ? seen.views / seen.days : 0

/** Views or hours of a day in stock, as they were of late. */
export const exposurePerDay = ({
  isByViews,
  usual,
}: Pick<Demand, 'isByViews' | 'usual'>): number => (isByViews ? viewsPerDay(usual) : HOURS_OF_A_DAY)
