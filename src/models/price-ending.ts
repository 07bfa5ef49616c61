/**
 * The nearest price that ends as prices of the shop do, such as in 9, and lies within the range; of two
 * that are as near the lower one. Null where the range has none, or where prices are so low that the
 * ending would be a large part of them.
 *
 * @param ending last digit of the minor unit, 0 to 9
 */
export const endedPrice = (
  priceMinor: number,
  range: { readonly lowMinor: number; readonly highMinor: number },
  ending: number,
): number | null => {
  if (priceMinor < ENDS_FROM_MINOR) return null
  const below = priceMinor - ((((priceMinor - ending) % 10) + 10) % 10)
  const nearest =
    priceMinor - below <= below + 10 - priceMinor ? [below, below + 10] : [below + 10, below]
  const isWithin = (price: number) => price >= range.lowMinor && price <= range.highMinor
  return nearest.find(price => price > 0 && isWithin(price)) ?? null
}

/** Minor units below which prices end as they come out. */
export const ENDS_FROM_MINOR = 100
