/** The test kit: the real engine with in-memory ends, for one's own pipelines. */
export { type Committed, Harness, type HarnessOptions, harness } from './harness.ts'
export { type Law, type LawOptions, pipelineLaws } from './laws.ts'
export { type ScenarioColumns, scenario } from './scenario.ts'
export { commit, type ScriptStep, type Send, scriptText, send, tick } from './script.ts'
export {
  type Random,
  type SimulationOptions,
  type SimulationReport,
  simulate,
} from './simulator.ts'
