/** What a fraud model has said, against what came true: how far its scores are to be trusted. */

/** Of scores that lie near each other. */
export interface SaidState {
  readonly outcomes: number
  /** The sum of what was said of them, and how many were frauds. */
  readonly said: number
  readonly frauds: number
}

/** Where they are kept: a `Map`, or a cell of a pipeline. */
export interface SaidStates {
  get(range: string): SaidState | undefined
  set(range: string, state: SaidState): boolean
  entries(): Iterable<readonly [range: string, state: SaidState]>
}

export interface FraudRecord {
  /** Outcomes learnt from, corrections included, and how many said fraud. */
  readonly outcomes: number
  readonly frauds: number
  /** Outcomes that still count, as those of bins do. */
  readonly seen: number
  /** The log loss of what was said, in nats, and of how many outcomes. */
  readonly loss: number
  readonly losses: number
}

export const FIRST_RECORD: FraudRecord = { outcomes: 0, frauds: 0, seen: 0, loss: 0, losses: 0 }

/** Scores from 1 in 16,000 up, each range of twice the odds; no more than 30 of them. */
export const SAID_RANGES_MAX = 32

interface Said {
  readonly isFraud: boolean
  readonly turned: boolean
  readonly score: number | null
  readonly share: number
}

export const recordWith = (record: FraudRecord, said: SaidStates, outcome: Said): FraudRecord => {
  const { isFraud, turned, score, share } = outcome
  // What turns was counted when it was first known; counting it again would tell of labels alone.
  const counted = score !== null && !turned
  if (counted) addSaid(said, score, isFraud, share)
  return {
    outcomes: record.outcomes + 1,
    frauds: record.frauds + Number(isFraud),
    seen: record.seen + share,
    loss: record.loss + (counted ? share * lossOf(score, isFraud) : 0),
    losses: record.losses + (counted ? share : 0),
  }
}

export const recordFaded = (
  record: FraudRecord,
  said: SaidStates,
  share: number,
): Pick<FraudRecord, 'seen' | 'loss' | 'losses'> => {
  for (const [range, state] of [...said.entries()]) {
    said.set(range, {
      outcomes: share * state.outcomes,
      said: share * state.said,
      frauds: share * state.frauds,
    })
  }
  return { seen: share * record.seen, loss: share * record.loss, losses: share * record.losses }
}

/** The mean distance of what was said from what came true, over ranges of scores; 0 before any. */
export const calibrationErrorOf = (said: SaidStates): number => {
  let [outcomes, distance] = [0, 0]
  for (const [, state] of said.entries()) {
    outcomes += state.outcomes
    distance += Math.abs(state.said - state.frauds)
  }
  return outcomes === 0 ? 0 : distance / outcomes
}

/** The mean log loss of what was said, in nats; 0 before any. */
export const logLossOf = ({ loss, losses }: FraudRecord): number =>
  losses === 0 ? 0 : loss / losses

const addSaid = (said: SaidStates, score: number, isFraud: boolean, share: number): void => {
  const range = `${rangeOf(score)}`
  const state = said.get(range) ?? { outcomes: 0, said: 0, frauds: 0 }
  said.set(range, {
    outcomes: state.outcomes + share,
    said: state.said + share * score,
    frauds: state.frauds + share * Number(isFraud),
  })
}

const RANGE_MAX = 14

const rangeOf = (score: number): string => {
  const doublings = Math.floor(Math.log2(score / (1 - score)))
  return `odds 2^${Math.min(Math.max(doublings, -RANGE_MAX), RANGE_MAX)}`
}

const SCORE_MIN = 1e-9

const lossOf = (score: number, isFraud: boolean): number =>
  -Math.log(Math.max(isFraud ? score : 1 - score, SCORE_MIN))
