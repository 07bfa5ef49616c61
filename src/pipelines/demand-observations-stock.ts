/** Whether there is any of an article left in a market: in one of its warehouses, or in none known. */
import type { ObservationContext } from './demand-observations-state.ts'

type State = Pick<ObservationContext['state'], 'stock'>

/** Takes a count in, and says whether there is any left. */
export const noteStock = (warehouseId: string, isLeft: boolean, { stock }: State): boolean => {
  stock.set(warehouseId, isLeft)
  return isInStock({ stock })
}

/** Of a market with more warehouses than are kept, those counted last decide. */
export const isInStock = ({ stock }: State): boolean =>
  stock.size === 0 || stock.values().includes(true)
