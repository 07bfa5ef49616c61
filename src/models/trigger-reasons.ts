/** Why it is time to write to somebody, and what is in the way: the codes, and what people read. */

/** The occasion. `sentence` puts in the numbers. */
export const OCCASION_REASONS = {
  CART_LEFT: 'The cart was left {hours} h before, with {units} in it, worth {worth}.',
  FIRST_PURCHASE: 'Order {orderId} of {total} was the first.',
  CROSS_SELL: 'Order {orderId} of {total} was the first, {days} days before.',
  WIN_BACK:
    'Became dormant, and the next year is worth {value}, at least {times} times the {cost} of winning back.',
  VIP_AT_RISK: 'Of high value and at risk: {recencyDays} days since the last purchase.',
} as const

/** What forbids to write. */
export const SUPPRESSION_REASONS = {
  CONSENT: 'There is no consent to marketing.',
  CAP: 'Was written to {messages} times within {days} days, the last {hours} h before.',
  QUIET_HOURS:
    'Nobody is written to at {time} in {timeZone}, and by {until}, when that is over, it is too late.',
} as const

/** What else is to be known of it. */
export const NOTES = {
  PUT_OFF: 'Was due {hours} h before, at {time} in {timeZone}, when nobody is written to.',
  TIME_ZONE_UNKNOWN: 'Time zone {timeZone} is not known: its quiet hours are read as UTC.',
  CART_PARTLY_PRICED:
    'Not in the worth: articles without a price or in another currency, {lines} in number.',
} as const
