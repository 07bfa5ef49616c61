/** Why a price is what it is: the codes, and what people read. `sentence` puts in the numbers. */
import type { PriceReason } from './price-facts.ts'
import { sentence } from './sentence.ts'

export const PRICE_REASONS = {
  /** What the price aims at. */
  P_ELASTIC:
    'An elasticity of {mean} ({p05} to {p95} with nine chances in ten) puts the best price at {price}, with a unit at {cost}.',
  P_BY_CATEGORY:
    'Too little is known of the article itself. Articles like it have an elasticity of {mean} ({p05} to {p95} with nine chances in ten), which puts the best price at {price}, with a unit at {cost}: prices are tried on the way there.',
  P_STOCK_CLEAR:
    '{price} at least: the {units} units left have {days} days, and {demand} would be asked for at {now}.',
  P_EXPIRY:
    '{price} at most: the {units} units left have {days} days, and only {demand} would be asked for at {now}.',
  P_CROSS:
    'One unit more earns {profit} by what is bought with it ({skus}). That is half of what baskets show, as going together is not yet causing.',
  P_BELOW_COST: 'A unit costs more than {price}, the price now: percentages are of the loss.',

  /** What keeps it within bounds. */
  P_COST_FLOOR: '{low} at least: a unit costs {cost}, and {margin} % of it is to be earned.',
  P_LEGAL_FLOOR: '{low} at least: no lower price is allowed.',
  P_LEGAL_CEILING: '{high} at most: no higher price is allowed.',
  P_COMP_BAND:
    '{low} to {high}: within {band} % of {competitor}, the lowest price of a competitor.',
  P_OBSERVATIONAL_CAP:
    '{low} to {high}: no price was drawn by chance, so it moves by {cap} % within a day at most.',
  P_STEP_CAP: '{low} to {high}: it moves by {step} % within a day at most.',
  P_PRICE_ENDING: '{price} instead of {instead}: prices end in {ending}.',
  P_ONE_PRICE: 'It is the same for everybody in the market.',
  P_SHOWN:
    '{shown} is shown now, and {policy} is the price that it was drawn or set around: percentages and steps are of {policy}.',

  /** Why it stays. */
  P_AT_BEST: '{price} is the best price within the limits.',
  P_UNSURE:
    '{price} instead of {now} would change profit by {mean} % ({p05} to {p95} % with nine chances in ten). It is set once the lowest of these is above 0, which sales at more prices tell.',
  P_NO_GAIN: '{price} instead of {now} would change profit by {mean} %, so it is not worth while.',
  P_INELASTIC:
    'An elasticity of {mean} ± {sd} is below {border} with a chance of {share} %, and {required} % are required. Above it no price is best, as each rise would seem to pay: so a person decides, until sales at more prices tell it better.',
  P_LOW_EVIDENCE:
    'No best price is sought: this article has sold too little, or at too few prices drawn by chance. Percentages are by an elasticity of {mean} ± {sd}, {whose}. Sales at prices drawn by chance would tell its own.',
  P_NO_PRICE: 'It is given away, and no percentage of nothing says where to.',
  P_NO_COST: 'What a unit costs is not known, so nothing can be said of profit.',
  P_LIMITS_UNKNOWN:
    'Its limits are in another currency than {currency}, that of its price, and amounts are not converted. What is sold in several currencies needs an article for each, or no limits.',
  P_LIMITS_CONFLICT: 'No price is allowed: {low} is the least, and {high} the most.',

  /** What is tried out. */
  P_EXPERIMENT:
    '{shown} is shown for {epoch} days: one of five prices from {low} to {high}, drawn by chance around {policy} so that what demand does is due to the price. Tests end once the elasticity is known to ±{stop}; it is to ±{sd}.',
  P_EXPERIMENT_DONE: 'The elasticity is known to ±{sd}: prices are drawn by chance no more.',
  P_STOCK_FIRST:
    'Stock must go, so its price follows what is left: no price is drawn by chance around it.',
  P_NOT_CARRIED_OUT:
    'Prices drawn by chance were recommended and not set, so no more are until one is.',
  P_TOO_CHEAP_TO_TEST: 'At {price}, whole minor units are too coarse for prices drawn by chance.',
  P_NO_ROOM_TO_TEST: 'The limits leave no room for prices drawn by chance around {price}.',
  P_MARKET_UNLISTED:
    'No price is drawn by chance in {market}, which `markets` does not list: publish a record of it, or mend its name in what is sent.',
} as const

export type PriceReasonCode = keyof typeof PRICE_REASONS

/** Where the price must change all the same. */
export const OF_REVENUE = ' Percentages are of revenue.'

/** Where a limit could not be kept, as an earlier one left no such price. The others come first. */
export const GAVE_WAY = {
  P_COMP_BAND:
    '{low} to {high} would be within {band} % of {competitor}, the lowest price of a competitor, and gave way to {before}, which leaves {price}.',
  P_OBSERVATIONAL_CAP:
    '{low} to {high} would be a step of {cap} % within a day, as no price was drawn by chance, and gave way to {before}, which leaves {price}.',
  P_STEP_CAP:
    '{low} to {high} would be a step of {step} % within a day, and gave way to {before}, which leaves {price}.',
} as const

/** How a sentence calls a limit that others give way to. */
export const LIMIT_NAMES: Readonly<Partial<Record<PriceReasonCode, string>>> = {
  P_COST_FLOOR: 'the cost and its margin',
  P_LEGAL_FLOOR: 'the lowest price allowed',
  P_LEGAL_CEILING: 'the highest price allowed',
  P_OBSERVATIONAL_CAP: 'the step without prices drawn by chance',
  P_STEP_CAP: 'the step of a day',
}

/** How an ending gives way where it would hold a price back for good. */
export const NO_ENDING =
  '{price} does not end in {ending}: within the limits, none that does is a step on.'

export const priceReason = (
  code: PriceReasonCode,
  numbers: object = {},
  weight = 0,
  template: string = PRICE_REASONS[code],
): PriceReason => ({ code, detail: sentence(template, numbers), weight })
