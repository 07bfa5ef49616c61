/** What a cart is worth. Prices in two currencies are never added. */

/** The units of one article in a cart. */
export interface CartLine {
  readonly quantity: number
  /** As last shown for one unit, in minor units of `currency`; null: no price was shown. */
  readonly priceMinor: number | null
  readonly currency: string | null
}

export interface CartChange {
  /** Units put in or taken out; null: not told. */
  readonly quantity: number | null
  readonly priceMinor: number | null
  readonly currency: string | null
}

export interface CartWorth {
  /** Of the line that was changed last and has a price; null: none has. */
  readonly currency: string | null
  /** Of the lines in that currency; null: none has a price, or it is beyond all sense. */
  readonly valueMinor: number | null
  /** Units of all lines. */
  readonly units: number
  /** Lines that are not in the worth: in another currency, or without a price. */
  readonly linesLeftOut: number
}

/** What is saved and put out is exact up to here. */
const AMOUNT_MAX = 2 ** 52
const QUANTITY_MAX = 2 ** 31 - 1

/** A price counts where its currency is told; a line keeps the price it had where none is. */
export const lineAdded = (line: CartLine | undefined, change: CartChange): CartLine => {
  const quantity = Math.min(QUANTITY_MAX, (line?.quantity ?? 0) + (change.quantity ?? 1))
  const { priceMinor, currency } = change
  return priceMinor === null || currency === null
    ? { quantity, priceMinor: line?.priceMinor ?? null, currency: line?.currency ?? null }
    : { quantity, priceMinor, currency }
}

/** The line with less in it, or null where nothing is left; where it is not told how much, nothing. */
export const lineRemoved = (line: CartLine, { quantity }: CartChange): CartLine | null => {
  const left = quantity === null ? 0 : line.quantity - quantity
  return left > 0 ? { ...line, quantity: left } : null
}

/** @param lines the one that was changed last at the end */
export const worthOf = (lines: readonly CartLine[]): CartWorth => {
  const currency = lines.findLast(line => line.priceMinor !== null)?.currency ?? null
  const counted = lines.filter(line => line.priceMinor !== null && line.currency === currency)
  const total = counted.reduce((sum, line) => sum + line.quantity * line.priceMinor!, 0)
  const isKnown = counted.length > 0 && total <= AMOUNT_MAX
  return {
    currency: isKnown ? currency : null,
    valueMinor: isKnown ? total : null,
    units: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    linesLeftOut: lines.length - counted.length,
  }
}

/** Whether there is anything of value in it. What has no price is not known to be worth nothing. */
export const hasValue = (lines: readonly CartLine[]): boolean =>
  lines.some(({ quantity, priceMinor }) => quantity > 0 && priceMinor !== 0)
