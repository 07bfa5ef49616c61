/** What is kept of lanes, of stages, and of what was said of shipments that are on their way. */
import { array, double, long, nullable, record } from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { rowsOf } from '../engine/state/index.ts'

const belief = record({
  slope: double,
  level: double,
  slopePrecision: double,
  crossPrecision: double,
  levelPrecision: double,
})

export const stageState = {
  /** By stage, of all, of a destination, of a lane. */
  means: rowsOf(record({ weight: double, mean: double, at: long })),
  stages: rowsOf(
    record({
      residuals: record({ counts: array(double), total: double }),
      missShare: double,
      calibration: record({ belief, happened: double, missed: double, asOf: nullable(long) }),
      hourWeights: array(double),
      hourMeans: array(double),
      observations: long,
      totalVariance: double,
      withinVariance: double,
    }),
    { bytesMax: 8_192 },
  ),
  said: rowsOf(record({ logMs: double, low: double, high: double, late: nullable(double) })),
}

export type StageContext = Context<typeof stageState, never, Record<never, never>>
