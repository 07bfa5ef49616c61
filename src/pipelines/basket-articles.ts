/** What an order says of baskets: which articles somebody bought together. */
import type { Order, OrderLine } from '../events.ts'

/** Of an order, what is read of it. */
export interface Basket {
  readonly lines: readonly Pick<OrderLine, 'sku' | 'quantity'>[]
}

/** Who orders more articles than this at once fills shelves: of them, no two say anything of each other. */
export const ARTICLES_MAX = 40

export const isBasket = ({ type, lines }: Basket & Pick<Order, 'type'>): boolean =>
  type === 'PLACED' && lines.some(isBought)

/** The articles of a basket, of lines as they come: one may be there twice. */
export const articlesIn = ({ lines }: Basket): string[] =>
  lines.filter(isBought).map(({ sku }) => sku)

/** What else is in the basket of an article, each once; nothing, where there are too many. */
export const boughtWith = (sku: string, { lines }: Basket): ReadonlySet<string> => {
  const others = new Set<string>()
  for (const line of lines) {
    if (isBought(line) && line.sku !== sku) others.add(line.sku)
    if (others.size >= ARTICLES_MAX) return NOTHING
  }
  return others
}

const isBought = ({ quantity }: Basket['lines'][number]): boolean => quantity > 0

const NOTHING: ReadonlySet<string> = new Set()
