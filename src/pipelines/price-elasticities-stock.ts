/** Whether a market has any of an article left: in any of its warehouses, or in none that is known. */
import type { ElasticityContext } from './price-elasticities-state.ts'

type State = Pick<ElasticityContext['state'], 'stock'>

/** Takes a count in, and says whether the market has any left. */
export const noteStock = (
  market: string,
  warehouseId: string,
  isLeft: boolean,
  state: State,
): boolean => {
  // The length keeps the two apart, whatever characters are in them.
  state.stock.set(`${market.length}|${market}|${warehouseId}`, { market, isLeft })
  return isInStock(market, state)
}

export const isInStock = (name: string, { stock }: State): boolean => {
  const warehouses = stock.entries().filter(([, { market }]) => market === name)
  return warehouses.length === 0 || warehouses.some(([, { isLeft }]) => isLeft)
}
