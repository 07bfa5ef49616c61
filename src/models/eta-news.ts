/** Whether a forecast is worth telling: it moved by a quarter of an hour, or the risk of being late by a step. */
export interface ToldEta {
  readonly p50: number
  /** How many of the steps .2, .5 and .8 the risk is above; null: nothing was promised. */
  readonly lateStep: number | null
}

const MOVED_MS = 900_000
const STEPS = [0.2, 0.5, 0.8] as const
const HYSTERESIS = 0.05

/** The step of a risk, which has to be below one by .05 to leave it. */
export const lateStepOf = (probability: number | null, told: number | null): number | null => {
  if (probability === null) return null
  const risen = STEPS.filter(step => probability >= step).length
  if (told === null || risen >= told) return risen
  return STEPS.filter((step, at) => probability >= (at < told ? step - HYSTERESIS : step)).length
}

export const isEtaNews = (told: ToldEta | null, next: ToldEta): boolean =>
  told === null || Math.abs(next.p50 - told.p50) > MOVED_MS || next.lateStep !== told.lateStep
