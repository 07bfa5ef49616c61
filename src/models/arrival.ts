/**
 * When a shipment will be there, and how likely it is late, of what is known of its stage; and of that it has not
 * come yet. In what is left of a distribution only the share beyond the time that has passed counts.
 */
import { quantileAt, shareUpTo } from './conformal.ts'
import { calibrated } from './platt-calibration.ts'

export interface StageKnown {
  readonly begunAt: number
  readonly promisedAt: number | null
  readonly logMs: number
  readonly residuals: readonly number[]
  readonly missShare: number
  readonly plattSlope: number
  readonly plattLevel: number
}

export interface Arrival {
  readonly p05: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  /** Null: nothing was promised. */
  readonly lateProbability: number | null
}

/** So much is always left: what takes longer than all before may come any day. */
const LEFT_MIN = 0.005

export const arrivalOf = (known: StageKnown, now: number): Arrival => {
  const passed = passedShare(known, now)
  const at = (probability: number): number => {
    const residual = quantileAt(known.residuals, passed + probability * (1 - passed))
    return Math.max(now, Math.round(known.begunAt + Math.exp(known.logMs + residual)))
  }
  const { missShare } = known
  return {
    p05: at(missShare / 2),
    p50: at(0.5),
    p90: at(1 - missShare),
    p95: at(1 - missShare / 2),
    lateProbability: known.promisedAt === null ? null : lateAfter(known, now, known.promisedAt),
  }
}

const passedShare = ({ begunAt, logMs, residuals }: StageKnown, now: number): number =>
  now <= begunAt ? 0 : Math.min(1 - LEFT_MIN, shareUpTo(residuals, Math.log(now - begunAt) - logMs))

/** As of the beginning of the stage, before calibration. */
export const rawLateProbability = ({
  begunAt,
  promisedAt,
  logMs,
  residuals,
}: Pick<StageKnown, 'begunAt' | 'promisedAt' | 'logMs' | 'residuals'>): number | null => {
  if (promisedAt === null) return null
  if (promisedAt <= begunAt) return 1
  return 1 - shareUpTo(residuals, Math.log(promisedAt - begunAt) - logMs)
}

/**
 * The chance of coming after a moment, of one that has not come yet. Calibrated as of the beginning of the stage,
 * since that is what calibration was learnt of.
 */
export const lateAfter = (known: StageKnown, now: number, at: number): number => {
  if (at <= now) return 1
  const late = calibrated(
    { slope: known.plattSlope, level: known.plattLevel },
    rawLateProbability({ ...known, promisedAt: at })!,
  )
  return Math.min(1, late / (1 - passedShare(known, now)))
}
