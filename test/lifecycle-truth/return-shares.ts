/** How many of those in one stage and activity bought again, and whether silence tells. */
import type { Instant } from '../../src/engine/time.ts'
import type { JudgedBuyer } from './buyers-at-cut.ts'

/** People in a stage and activity, and how many of them bought again. */
export type Cell = readonly [people: number, boughtAgain: number]
/** By stage, and within it by activity. */
export type ReturnShares = Readonly<Record<string, Readonly<Record<string, Cell>>>>

/** Of fewer people a share says too little: with 30 it is known to within .18 or so. */
export const PEOPLE_MIN = 30
const FALLING = ['ACTIVE', 'AT_RISK', 'DORMANT', 'LOST'] as const

export const returnSharesOf = (
  buyers: readonly JudgedBuyer[],
  from: Instant,
  until: Instant,
): ReturnShares => {
  const shares: Record<string, Record<string, Cell>> = {}
  for (const { said, purchaseDays } of buyers) {
    const { stage, activity } = said
    shares[stage] ??= {}
    const ofStage = shares[stage]
    const [people, boughtAgain] = ofStage[activity] ?? [0, 0]
    ofStage[activity] = [people + 1, boughtAgain + Number(purchaseDays(from, until) > 0)]
  }
  return shares
}

/**
 * Where within a stage a longer silence did not mean that fewer bought again; cells of fewer than
 * `PEOPLE_MIN` are passed over.
 */
export const disorderIn = (shares: ReturnShares): string[] =>
  Object.entries(shares).flatMap(([stage, cells]) => {
    const told = FALLING.filter(activity => (cells[activity]?.[0] ?? 0) >= PEOPLE_MIN)
    return told
      .slice(1)
      .map((activity, index) => [told[index]!, activity] as const)
      .filter(([before, after]) => shareOf(cells[after]!) >= shareOf(cells[before]!))
      .map(([before, after]) => `${stage}: ${before}, ${after}`)
  })

export const shareOf = ([people, boughtAgain]: Cell): number => boughtAgain / people
