/** What is known of a market, and what is to be assumed where nothing is. */
import { type Demand, NO_DEMAND } from '../models/elasticity-demand.ts'
import type { ElasticityContext, MarketState } from './price-elasticities-state.ts'
import { isInStock } from './price-elasticities-stock.ts'

export const marketOf = (name: string, state: ElasticityContext['state']): MarketState =>
  state.markets.get(name) ?? {
    price: null,
    inStock: isInStock(name, state),
    soldOutAt: null,
    demand: keptOf(NO_DEMAND),
    told: null,
  }

/** As it is kept: with a list of beliefs of its own. */
export const keptOf = (demand: Demand): MarketState['demand'] => ({
  ...demand,
  beliefs: [...demand.beliefs],
})

/** As the model has it. What is not kept here, of the rhythm and the season, starts anew each time. */
export const demandOf = ({ demand }: Pick<MarketState, 'demand'>): Demand => ({
  ...NO_DEMAND,
  ...demand,
  usual: { ...NO_DEMAND.usual, ...demand.usual },
})
