/**
 * An article in a market as one key: `3|tea|UK`. Each pair has its own price, stock and demand, so an
 * article that is sold in eighty markets is eighty keys, and none of them is put out by the others.
 */

/**
 * The length of the article's name keeps the two apart, whatever characters are in them.
 *
 * @param market null: the market without a name
 */
export const pairOf = (sku: string, market: string | null): string =>
  `${sku.length}|${sku}|${market ?? ''}`

export const skuOf = (pair: string): string => {
  const from = pair.indexOf('|') + 1
  return pair.slice(from, from + lengthIn(pair, from))
}

/** Null: the market without a name. */
export const marketOf = (pair: string): string | null => {
  const from = pair.indexOf('|') + 1
  return pair.slice(from + lengthIn(pair, from) + 1) || null
}

const lengthIn = (pair: string, from: number): number => Number(pair.slice(0, from - 1))
