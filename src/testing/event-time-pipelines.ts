import type { Pipeline } from '../engine/pipeline.ts'

/**
 * Those that hold records until the watermark, and read of pipelines only such that do. What comes back as
 * feedback is taken when it is there, so those that take any are none of these.
 */
export const eventTimePipelines = (pipelines: readonly Pipeline[]): readonly Pipeline[] => {
  const kept = new Set(
    pipelines.filter(({ order, inputs }) => order === 'event-time' && !isFed(inputs)),
  )
  for (let before = Number.POSITIVE_INFINITY; kept.size < before; ) {
    before = kept.size
    for (const pipeline of kept) {
      if (pipelines.some(up => isRead(up, pipeline) && !kept.has(up))) kept.delete(pipeline)
    }
  }
  return [...kept]
}

const isFed = (inputs: Pipeline['inputs']): boolean =>
  Object.values(inputs).some(({ feedback }) => feedback)

const isRead = ({ output }: Pipeline, { inputs }: Pipeline): boolean =>
  Object.values(inputs).some(({ from }) => from.name === output.name)
