/** The public API: what a pipeline is written with, what it reads, and how the past is run. */

export {
  type EmbeddedClickHouse,
  type EmbeddedClickHouseOptions,
  startEmbeddedClickHouse,
} from './chdb/embedded-click-house.ts'
export { type Application, LIMITS, type Limits } from './engine/application.ts'
export { ERRORS, type ErrorCode, type Instruction, MillraceError } from './engine/errors.ts'
export * from './engine/form.ts'
export { defineLearner, type Learned, type Learner, type Learning } from './engine/learner.ts'
export {
  type BodyOf,
  by,
  type Context,
  definePipeline,
  defineScatterPipeline,
  type Gathered,
  type LatePolicy,
  type Outcome,
  type Pipeline,
  type Published,
  type Reference,
  reject,
  type ScatterContext,
  type StateOf,
  type Timers,
} from './engine/pipeline.ts'
export { type Codecs, codecsOf } from './engine/schema/codecs.ts'
export * from './engine/state/index.ts'
export * from './engine/time.ts'
export { type AnyTopic, type RecordOf, read, type Topic, type TopicKind } from './engine/topic.ts'
export * from './events.ts'
export { type LmdbLogOptions, openLmdbLog } from './logs/lmdb-log.ts'
export type { Log, LogRecord, StoredRecord, TopicPartition, TopicSettings } from './logs/log.ts'
export { fileSnapshots, type Snapshots } from './logs/snapshots.ts'
export { basketCounts as basketCountsPipeline } from './pipelines/basket-counts.ts'
export { basketNeighbours as basketNeighboursPipeline } from './pipelines/basket-neighbours.ts'
export { basketTotals as basketTotalsPipeline } from './pipelines/basket-totals.ts'
export { demandObservations as demandObservationsPipeline } from './pipelines/demand-observations.ts'
export { elasticityEvidence as elasticityEvidencePipeline } from './pipelines/elasticity-evidence.ts'
export { elasticityPopulations as elasticityPopulationsPipeline } from './pipelines/elasticity-populations.ts'
export { fraudLearning as fraudLearningPipeline } from './pipelines/fraud-learning.ts'
export { fraudOutcomes as fraudOutcomesPipeline } from './pipelines/fraud-outcomes.ts'
export { fraudScores as fraudScoresPipeline } from './pipelines/fraud-scores.ts'
export { learners, pipelines } from './pipelines/index.ts'
export { journeyTriggers as journeyTriggersPipeline } from './pipelines/journey-triggers.ts'
export { lifecycleSegments as lifecycleSegmentsPipeline } from './pipelines/lifecycle-segments.ts'
export { populationChanges as populationChangesPipeline } from './pipelines/population-changes.ts'
export { priceElasticities as priceElasticitiesPipeline } from './pipelines/price-elasticities.ts'
export { priceRecommendations as priceRecommendationsPipeline } from './pipelines/price-recommendations.ts'
export { purchaseCohorts as purchaseCohortsPipeline } from './pipelines/purchase-cohorts.ts'
export { purchasePopulations as purchasePopulationsPipeline } from './pipelines/purchase-populations.ts'
export { shipmentAlerts as shipmentAlertsPipeline } from './pipelines/shipment-alerts.ts'
export { ndjsonTarget } from './replay/ndjson-target.ts'
export { type Progress, type ReplayOptions, type ReplaySummary, replay } from './replay/replay.ts'
export type { RunIdentity } from './replay/result-folder.ts'
export { logTarget, nullTarget, severalTargets, type Target } from './replay/target.ts'
export { type LiveCommit, LiveRun, type LiveRunOptions } from './runtime/live/live-run.ts'
export { type RunReplayOptions, type RunReplayResult, runReplay } from './runtime/run-replay.ts'
export { openTables, type Tables, type TablesOptions } from './runtime/tables/tables.ts'
export { addressOf, type ClickHouseAddress } from './sinks/clickhouse/client.ts'
export { type ImportOptions, type ImportSummary, importData } from './sources/import.ts'
export { importToLog } from './sources/import-to-log.ts'
export { importToNdjson } from './sources/import-to-ndjson.ts'
export { openLogSource } from './sources/log-source.ts'
export { openNdjson } from './sources/ndjson.ts'
