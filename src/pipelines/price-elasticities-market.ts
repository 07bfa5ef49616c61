/** What is known of a market, and what is to be assumed where nothing is. */
import { NO_DEMAND } from '../models/elasticity-demand.ts'
import type { ElasticityContext, MarketState } from './price-elasticities-state.ts'
import { isInStock } from './price-elasticities-stock.ts'

export const marketOf = (name: string, state: ElasticityContext['state']): MarketState =>
  state.markets.get(name) ?? {
    price: null,
    inStock: isInStock(name, state),
    soldOutAt: null,
    demand: NO_DEMAND as MarketState['demand'],
    told: null,
  }
