/** How often things happen in the simulated shop, as its tests verify them. */
import { days, hours, minutes, seconds } from '../../engine/time.ts'

/** Long enough for lifecycles to show: customers at risk, dormant, won back. */
export const HISTORY_DAYS = 60
export const HISTORY_SLOT_MS = minutes(10)
export const LIVE_SLOT_MS = 250

/** This share of records says a time up to `DISORDER_MAX_MS` before it arrives. */
export const DISORDERED_SHARE = 0.2
export const DISORDER_MAX_MS = seconds(3)

/** This share of clicks and readings, and of orders that are placed, arrives hours late. */
export const LATE_SHARE = 0.0002
export const LATE_MIN_MS = hours(1)
export const LATE_MAX_MS = hours(6)

/** This share of events comes a second time, the same in all fields. */
export const DUPLICATE_SHARE = 0.005
export const DUPLICATE_DELAY_MAX_MS = minutes(1)

/**
 * A visit, or a fraud, is over after this, and its duplicates a minute later: a visit has 21 gaps of 11 s
 * at most.
 */
export const VISIT_MAX_MS = minutes(4)
export const PENDING_MAX_MS = VISIT_MAX_MS + DUPLICATE_DELAY_MAX_MS

/** People who come for the first time, on a day of the history. */
export const BIRTHS_PER_DAY = 138
/** People of this many days before the opening come back in the history: its first day is no dawn. */
export const BEFORE_OPENING_DAYS = 40

/** Live visits for each record: what makes the stated rate. */
export const LIVE_VISITS_PER_RECORD = 0.109
/** Of the live visits, those of people who come for the first time. */
export const LIVE_NEW_SHARE = 0.4
/** Of the other live visits, those of people known from the history. */
export const LIVE_FROM_HISTORY_SHARE = 0.03

/** Live records, of all: readings of sensors on the way, competitors' prices seen, stock counted. */
export const LIVE_READING_SHARE = 0.2
export const LIVE_COMPETITOR_SHARE = 0.03
export const LIVE_STOCK_SHARE = 0.03
export const LIVE_READING_INTERVAL_MS = seconds(10)

/** The same in the history, in records a day. */
export const COMPETITOR_PRICES_PER_DAY = 60
export const STOCK_COUNTS_PER_DAY = 60

/** Of the orders, those that are fraud: cards tried out, accounts taken over, rings of accounts. */
export const CARD_TESTING_SHARE = 0.004
export const TAKEOVER_SHARE = 0.003
export const RING_SHARE = 0.003
/** A stolen card spent at once; goods sent back for money, and a card used up slowly, over weeks. */
export const SPREE_SHARE = 0.002
export const REFUND_ABUSE_SHARE = 0.004
export const SLOW_BURN_SHARE = 0.003

/** Orders whose goods travel with a sensor: in a day of history, and per slot when live. */
export const COLD_CHAIN_PER_DAY = 4
export const COLD_CHAIN_PER_LIVE_SLOT = 1 / 2_000
/** Of the history slots whose goods are on their way as live begins, those with such an order. */
export const COLD_CHAIN_UNDER_WAY_SHARE = 0.35

/** A price of an experiment is drawn anew after this; sooner when live, as demand is. */
export const EXPERIMENT_EPOCH_MS = days(3)
export const LIVE_EXPERIMENT_EPOCH_MS = minutes(15)

/** About how many orders a visit leads to, and a day of the history: what the shares above are of. */
export const ORDERS_PER_VISIT = 0.42
export const HISTORY_ORDERS_PER_DAY = 190
