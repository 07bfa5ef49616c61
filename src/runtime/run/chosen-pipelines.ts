import type { Pipeline } from '../../engine/pipeline.ts'
import { pipelines } from '../../pipelines/index.ts'
import type { Config } from '../config/config-schema.ts'

/** Those that the configuration names, or all. */
export const chosenPipelines = ({ pipelines: chosen }: Config): readonly Pipeline[] =>
  chosen === undefined ? pipelines : pipelines.filter(({ id }) => chosen.includes(id))
