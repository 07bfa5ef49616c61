/**
 * The occasions to write to a person, and how often that may be done: the rules of a shop's own
 * desk, measured on nothing, in one place so that they can be argued about.
 */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export interface TriggerRule {
  /** From the occasion to the message, in ms. */
  readonly afterMs: number
  /** A message put off for this long after it was due says nothing any more, in ms. */
  readonly usefulForMs: number
}

/**
 * The most important first: of messages that are due at one moment, the first take the room that the
 * cap leaves. A reminder of a cart is useful until the next one.
 */
export const TRIGGER_RULES = {
  FIRST_PURCHASE: { afterMs: HOUR_MS, usefulForMs: 2 * DAY_MS },
  VIP_AT_RISK: { afterMs: 0, usefulForMs: 7 * DAY_MS },
  WIN_BACK: { afterMs: 0, usefulForMs: 7 * DAY_MS },
  CART_60M: { afterMs: HOUR_MS, usefulForMs: 23 * HOUR_MS },
  CART_24H: { afterMs: DAY_MS, usefulForMs: 2 * DAY_MS },
  CART_72H: { afterMs: 3 * DAY_MS, usefulForMs: 3 * DAY_MS },
  CROSS_SELL: { afterMs: 7 * DAY_MS, usefulForMs: 7 * DAY_MS },
} as const satisfies Readonly<Record<string, TriggerRule>>

export type TriggerName = keyof typeof TRIGGER_RULES

export const TRIGGER_NAMES = Object.keys(TRIGGER_RULES) as readonly TriggerName[]

/** The reminders of a cart, one after the other. */
export const CART_TRIGGERS = ['CART_60M', 'CART_24H', 'CART_72H'] as const

/** The reminder that follows this one; null after the last, and for what is no reminder. */
export const nextReminder = (trigger: TriggerName): TriggerName | null => {
  const at = (CART_TRIGGERS as readonly string[]).indexOf(trigger)
  return at < 0 ? null : (CART_TRIGGERS[at + 1] ?? null)
}

/** What ends when a person is known to be back, by an order or otherwise. */
export const ENDED_BY_COMEBACK = ['WIN_BACK', 'VIP_AT_RISK'] as const

/** What an order makes pointless: to ask somebody back who has just come. */
export const ENDED_BY_ORDER = [...CART_TRIGGERS, ...ENDED_BY_COMEBACK] as const

/** What rests on the first order, and goes when that is undone. */
export const OF_FIRST_ORDER = ['FIRST_PURCHASE', 'CROSS_SELL'] as const

/** A person is written to this often at most, within `CAP_WINDOW_MS`. */
export const CAP_MESSAGES = 2
export const CAP_WINDOW_MS = 7 * DAY_MS

/**
 * What it costs to win a person back, with the discount that goes with it, in minor units of the
 * person's currency: a few euro, pounds or dollars. A currency of another order wants its own.
 */
export const WIN_BACK_COST_MINOR = 500
/** Winning back is tried where the person's next year is worth this many times its cost. */
export const WIN_BACK_TIMES = 3
