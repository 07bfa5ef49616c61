/** What is known of how demand of a category scatters, and of its week. */
import { type DemandCategory, NO_CATEGORY } from '../models/demand-bucket.ts'
import { elasticityParametersIn, type Published } from '../models/elasticity-category-parameters.ts'
import { levelsBy } from './elasticity-population.ts'

const demandCategoryIn = (published: Published): DemandCategory => {
  const { scatter, weekdays } = elasticityParametersIn(published)
  return { scatter, weekdayIndex: weekdays }
}

export const demandCategories = levelsBy(demandCategoryIn, NO_CATEGORY)
