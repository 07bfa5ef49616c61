import type { Pipeline } from '../engine/pipeline.ts'

/** Those that hold records until the watermark, and read of pipelines only such that do. */
export const eventTimePipelines = (pipelines: readonly Pipeline[]): readonly Pipeline[] => {
  const kept = pipelines.filter(({ order, inputs }) => {
    const names = Object.values(inputs).map(input => input.from.name)
    const upstream = pipelines.filter(({ output }) => names.includes(output.name))
    return order === 'event-time' && upstream.every(up => up.order === 'event-time')
  })
  return kept.length === pipelines.length ? kept : eventTimePipelines(kept)
}
