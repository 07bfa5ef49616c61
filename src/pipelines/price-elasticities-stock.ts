/** Whether a market has any of an article left: in any of its warehouses, or in none that is known. */
import type { InventoryLevel } from '../events.ts'
import type { ElasticityContext } from './price-elasticities-state.ts'

type State = Pick<ElasticityContext['state'], 'stock'>

/** Takes a count in, and says whether the market has any left. */
export const noteStock = (
  { market, warehouseId, onHand }: Pick<InventoryLevel, 'market' | 'warehouseId' | 'onHand'>,
  state: State,
): boolean => {
  const name = market ?? ''
  // The length keeps the two apart, whatever characters are in them.
  const place = `${name.length}|${name}|${warehouseId}`
  state.stock.set(place, { market: name, isLeft: onHand > 0 })
  return isInStock(name, state)
}

export const isInStock = (name: string, { stock }: State): boolean => {
  const warehouses = stock.entries().filter(([, { market }]) => market === name)
  return warehouses.length === 0 || warehouses.some(([, { isLeft }]) => isLeft)
}
