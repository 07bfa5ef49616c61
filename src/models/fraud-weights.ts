/**
 * Weights of bins, learnt from outcomes one by one: logistic regression by FTRL-Proximal (McMahan et al.
 * 2013), in which a bin that tells nothing keeps the weight that the rules gave it.
 *
 *   log-odds    s = logit(base rate) + sum of (points + w) over the bins of an order
 *   w           0 where |z| <= l1, else -(z - sign(z) l1) / ((beta + sqrt(n)) / alpha + l2)
 *   outcome y   g = weight (p - y);  z += g - (sqrt(n + g^2) - sqrt(n)) / alpha * w;  n += g^2
 *
 * An outcome that turns takes back what was learnt of it before: g = (p - y) - (p - y') = y' - y. So an order
 * counts once in all, however often its outcome is corrected, and frauds weigh no more than other orders:
 * scores would no longer be probabilities.
 */
import { FRAUD_BASE_RATE, pointsOfBin } from './fraud-points.ts'

/** What is kept of a bin. */
export interface BinState {
  readonly z: number
  readonly n: number
  /** Outcomes with this bin, forgotten as all is (see `fraud-learning.ts`). */
  readonly seen: number
}

/** Where bins are kept: a `Map`, or a cell of a pipeline. */
export interface BinStates {
  get(bin: string): BinState | undefined
  /** False where there is no room; then the bin stays at its points. */
  set(bin: string, state: BinState): boolean
  entries(): Iterable<readonly [bin: string, state: BinState]>
}

const [ALPHA, BETA, L1, L2] = [0.3, 1, 0.5, 1]
/** Odds of 22,000 to 1: beyond, one bin decides alone. */
export const WEIGHT_MAX = 10

export const BASE_LOG_ODDS = Math.log(FRAUD_BASE_RATE / (1 - FRAUD_BASE_RATE))

export const probabilityOf = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds))

/** What labels have added to a bin's points. */
export const learntWeight = ({ z, n }: BinState): number => {
  if (Math.abs(z) <= L1) return 0
  const weight = -(z - Math.sign(z) * L1) / ((BETA + Math.sqrt(n)) / ALPHA + L2)
  return Math.min(Math.max(weight, -WEIGHT_MAX), WEIGHT_MAX)
}

/** What it adds to a score, with `share` of what labels have added. */
export const weightOfBin = (bin: string, state: BinState | undefined, share = 1): number =>
  pointsOfBin(bin) + (state === undefined ? 0 : share * learntWeight(state))

/** How uncertain its weight is still, as a variance. */
export const varianceOf = (n: number): number => 1 / ((BETA + Math.sqrt(n)) / ALPHA + L2)

/** The log-odds of an order by the weights as they are now. */
export const logOddsNow = (states: BinStates, bins: readonly string[]): number =>
  bins.reduce((sum, bin) => sum + weightOfBin(bin, states.get(bin)), BASE_LOG_ODDS)

/** Moves the weights by one outcome, and counts its bins with `share`. */
export const learnBins = (
  states: BinStates,
  bins: readonly string[],
  outcome: { readonly isFraud: boolean; readonly turned: boolean; readonly share: number },
): void => {
  const before = outcome.turned ? Number(!outcome.isFraud) : probabilityOf(logOddsNow(states, bins))
  const gradient = before - Number(outcome.isFraud)
  for (const bin of bins) {
    const state = states.get(bin) ?? NEW_BIN
    states.set(bin, moved(state, gradient, outcome.share))
  }
}

const NEW_BIN: BinState = { z: 0, n: 0, seen: 0 }

const moved = (state: BinState, gradient: number, share: number): BinState => {
  const n = state.n + gradient * gradient
  const pull = (Math.sqrt(n) - Math.sqrt(state.n)) / ALPHA
  return { z: state.z + gradient - pull * learntWeight(state), n, seen: state.seen + share }
}
