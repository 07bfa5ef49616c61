/** Online Retail as those have gone about it who published elasticities of it. */
import { days } from '../../src/engine/time.ts'
import { type GroupedRows, poissonSlopeOf, slopeOf } from './fixed-effects.ts'
import type { Sales } from './retail-sales.ts'

/** The two elasticities that others published: of logarithms, and of counts. */
export interface Slopes {
  readonly leastSquares: number
  readonly poisson: number
}

export const slopesOf = (rows: GroupedRows): Slopes => ({
  leastSquares: slopeOf({ ...rows, outcome: rows.outcome.map(Math.log) }),
  poisson: poissonSlopeOf(rows),
})

/** As published: units of each article and day with a sale, and the mean price of a unit. */
export const byArticleAndDay = (sales: Sales): GroupedRows => {
  const groups = new Map<string, { sku: string; day: number; units: number; minor: number }>()
  for (const [sku, each] of sales) {
    for (const { at, units, priceMinor } of each) {
      const day = Math.floor(at / days(1))
      const name = `${sku}|${day}`
      const group = groups.get(name) ?? { sku, day, units: 0, minor: 0 }
      groups.set(name, group)
      group.units += units
      group.minor += units * priceMinor
    }
  }
  const rows = [...groups.values()]
  return {
    outcome: Float64Array.from(rows, ({ units }) => units),
    regressor: Float64Array.from(rows, ({ units, minor }) => Math.log(minor / units)),
    groupings: [numbered(rows.map(({ sku }) => sku)), numbered(rows.map(({ day }) => `${day}`))],
  }
}

/** Lines of an article on one day beside one another. */
export const withinDays = (sales: Sales): GroupedRows => {
  const rows = [...sales].flatMap(([sku, each]) =>
    each.map(sale => ({ ...sale, day: `${sku}|${Math.floor(sale.at / days(1))}` })),
  )
  return {
    outcome: Float64Array.from(rows, ({ units }) => units),
    regressor: Float64Array.from(rows, ({ priceMinor }) => Math.log(priceMinor)),
    groupings: [numbered(rows.map(({ day }) => day))],
  }
}

const numbered = (names: readonly string[]): Int32Array => {
  const numbers = new Map<string, number>()
  return Int32Array.from(names, name => {
    const known = numbers.get(name) ?? numbers.size
    numbers.set(name, known)
    return known
  })
}
