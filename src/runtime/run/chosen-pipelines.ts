import { fedBy, type Learner } from '../../engine/learner.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import { learners, pipelines } from '../../pipelines/index.ts'
import type { Config } from '../config/config-schema.ts'

/** Those that the configuration names, or all. */
export const chosenPipelines = ({ pipelines: chosen }: Config): readonly Pipeline[] =>
  chosen === undefined ? pipelines : pipelines.filter(({ id }) => chosen.includes(id))

/** Those that the chosen pipelines feed. */
export const chosenLearners = (config: Config): readonly Learner[] =>
  fedBy(chosenPipelines(config), learners)
