/**
 * What may be asked for of an article until an order of now is there, by the demand that was learnt.
 *
 * Of intermittent demand, too, by its slow mean: with the fast one, which is known from some 19 days, articles
 * of which any is sold on a tenth of days would be served in .88 of cases where .95 are aimed at.
 */
import { type DailyDemand, effectiveDays, usualDaysIn } from './daily-demand.ts'
import { type LeadTime, type LeadTimeDemand, leadTimeDemand } from './lead-time-demand.ts'

/** Beyond it nobody plans, and squares of what is misread would be no numbers. */
export const LEAD_DAYS_MAX = 365

/** @param fromWeekday of the day on which the order is made, 0: Monday */
export const demandAhead = (
  demand: DailyDemand,
  { days, deviationDays }: LeadTime,
  fromWeekday: number,
): LeadTimeDemand =>
  leadTimeDemand(
    {
      mean: demand.mean,
      variance: demand.variance,
      effectiveDays: effectiveDays(demand),
    },
    { days: usualDaysIn(demand, Math.min(days, LEAD_DAYS_MAX), fromWeekday), deviationDays },
  )
