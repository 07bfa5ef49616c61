/** What is kept of the model `fraud` as it learns. */
import { double, long, nullable, record } from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { tableOf } from '../engine/state/table-of.ts'
import { value } from '../engine/state/value.ts'
import type { ModelParameters, Policy } from '../events.ts'
import { NO_PROGRESS } from '../models/fraud-learning.ts'
import { SAID_RANGES_MAX } from '../models/fraud-record.ts'

/** All bins of this version, and as many that versions before it had. */
export const BINS_MAX = 1_024

const bin = record({ z: double, n: double, seen: double })
const said = record({ outcomes: double, said: double, frauds: double })
const calibration = record({
  slope: double,
  level: double,
  slopePrecision: double,
  crossPrecision: double,
  levelPrecision: double,
  frauds: double,
  others: double,
})
const progress = record({
  outcomes: long,
  frauds: long,
  seen: double,
  loss: double,
  losses: double,
  asOf: nullable(long),
  firstPlacedAt: nullable(long),
  learntAt: nullable(long),
  calibration,
})

export const fraudLearningState = {
  bins: tableOf(bin, { max: BINS_MAX }),
  said: tableOf(said, { max: SAID_RANGES_MAX }),
  progress: value(progress, NO_PROGRESS),
}

export type FraudLearningContext = Context<
  typeof fraudLearningState,
  'cutDue',
  { readonly modelParameters: ModelParameters; readonly policies: Policy }
>
