import type { ElasticityStatus } from './elasticity-judgement.ts'
import type { ElasticityMethod } from './elasticity-market.ts'
import type { CrossEffect, ElasticityBelief } from './lerner-price.ts'
import type { ProfitChange } from './price-profit.ts'

/** What a price is chosen on. Amounts are in minor units of the market's currency. */
export interface PriceFacts {
  readonly currency: string
  /** The market's name where `markets` does not list it; null: it does, or the market has no name. */
  readonly unlistedMarket: string | null
  /** Shown now, with what an experiment adds; above 0. */
  readonly currentMinor: number
  /** Without it; above 0. */
  readonly policyMinor: number
  /** The policy's price of a day before, from which steps are counted. */
  readonly stepBaseMinor: number
  /** Null: not known. */
  readonly unitCostMinor: number | null
  /** Where it is not identified, that of articles like it; null: not even those are known. */
  readonly elasticity:
    | (ElasticityBelief & { readonly status: ElasticityStatus; readonly method: ElasticityMethod })
    | null
  /** Demand at the price shown now; null: not known. */
  readonly unitsPerDay: number | null
  /** Units that can be sold for so many days more; null: they do not expire. */
  readonly stock: { readonly units: number; readonly sellableDays: number } | null
  readonly limits: PriceLimits
  readonly isPerishable: boolean
  readonly cross: readonly CrossEffect[]
  /** Of the epoch that is to come; null: none is to be told, or there are no experiments. */
  readonly experiment: PriceExperiment | null
}

export interface PriceLimits {
  /** Lowest and highest price allowed; null: none. */
  readonly floorMinor: number | null
  readonly ceilingMinor: number | null
  /** What the cheapest competitor asks; null: not known. */
  readonly competitorMinor: number | null
  /** How far from it a price may be; null: as far as it likes. */
  readonly competitorBandPct: number | null
  /** False where there are limits in another currency: they are never converted. */
  readonly isKnown: boolean
}

export interface PriceExperiment {
  /** Since the first price that was drawn by chance. */
  readonly days: number
  /** Of the elasticity, not widened. */
  readonly pooledSd: number
  /** Whether enough had been learnt at the epoch before. */
  readonly hadLearntEnough: boolean
  /** From 0 to 1, without 1: derived from seed, article and epoch. */
  readonly draw: number
  /** False where several epochs were told and no such price was set. */
  readonly isCarriedOut: boolean
}

export interface PriceReason {
  readonly code: string
  readonly detail: string
  /** Points of profit that it brings or costs. */
  readonly weight: number
}

export interface PriceChoice {
  /** AUTO: set the policy's price. TEST: show the recommended one for an epoch. HOLD: leave all as it is. */
  readonly action: 'AUTO' | 'TEST' | 'HOLD'
  readonly policyMinor: number
  readonly recommendedMinor: number
  /** ln of recommended over policy price; null where it is not drawn by chance. */
  readonly deviation: number | null
  /** In percent of the profit at the policy's price of now. */
  readonly profitPct: ProfitChange
  readonly reasons: readonly PriceReason[]
}
