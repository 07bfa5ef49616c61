import type { Gathered } from '../engine/pipeline.ts'
import { type FraudFeatures, NO_FEATURES } from '../models/fraud-score.ts'
import type { FraudAnswer } from './fraud-answers.ts'
import type { FraudPart } from './fraud-state.ts'

type Answers = Gathered<FraudAnswer, FraudPart>

/** The features of a score, from what the places answered: of a count, the worst of them. */
export const featuresOf = ({ answers, missing }: Answers): FraudFeatures => {
  const { user, instrument, device, ip } = answers
  const actors = [user, instrument, device]
  const places = [user, instrument, device, ip]
  const spender = spenderOf(answers)
  return {
    ...NO_FEATURES,
    attempts10m: most(actors, answer => answer.attempts10m),
    attempts1h: most(actors, answer => answer.attempts1h),
    attempts24h: most(actors, answer => answer.attempts24h),
    declines1h: most(places, answer => answer.declines1h),
    declines24h: most(places, answer => answer.declines24h),
    failedLogins1h: most(places, answer => answer.failedLogins1h),
    deviceUsers24h: device?.users24h ?? null,
    ipUsers24h: ip?.users24h ?? null,
    instrumentUsers24h: instrument?.users24h ?? null,
    devicesKnown: user?.devicesKnown ?? null,
    newDevice: flag(user?.newDevice),
    amountZ: spender?.amountZ ?? null,
    amountRatio: spender?.amountRatio ?? null,
    otherCurrency: flag(spender?.otherCurrency),
    travelKm: user?.travelKm ?? null,
    travelKph: user?.travelKph ?? null,
    history: most([user, instrument], answer => answer.history),
    partsMissing: missing.length,
  }
}

/** The features as a result carries them: what is not known is absent. */
export const knownOf = (features: FraudFeatures): Record<string, number> => {
  const known: Record<string, number> = {}
  for (const name of Object.keys(features) as (keyof FraudFeatures)[]) {
    const feature = features[name]
    if (feature !== null) known[name] = feature
  }
  return known
}

/** Whose usual amount it is compared with: the customer's, else the instrument's. */
const spenderOf = ({ user, instrument }: Answers['answers']): FraudAnswer | undefined =>
  user?.amountZ == null && instrument?.amountZ != null ? instrument : (user ?? instrument)

/** The largest of a count among the places that answered; null where none did. */
const most = (
  answers: readonly (FraudAnswer | undefined)[],
  of: (answer: FraudAnswer) => number,
): number | null => {
  let worst: number | null = null
  for (const answer of answers) {
    if (answer === undefined) continue
    const count = of(answer)
    if (worst === null || count > worst) worst = count
  }
  return worst
}

const flag = (known: boolean | null | undefined): number | null => (known == null ? null : +known)
