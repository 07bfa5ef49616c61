import { MillraceError } from './errors.ts'
import type { AnyInput, Pipeline } from './pipeline.ts'

/** Pipelines before those that read their results; a circle that no feedback closes is refused. */
export const upstreamFirst = (pipelines: readonly Pipeline[]): readonly Pipeline[] => {
  const ordered: Pipeline[] = []
  const visit = (pipeline: Pipeline, path: readonly string[]): void => {
    if (path.includes(pipeline.id)) throw circle([...path, pipeline.id])
    if (ordered.includes(pipeline)) return
    const names = inputsFromAbove(pipeline).map(({ from }) => from.name)
    for (const up of pipelines) {
      if (names.includes(up.output.name)) visit(up, [...path, pipeline.id])
    }
    ordered.push(pipeline)
  }
  for (const pipeline of pipelines) visit(pipeline, [])
  return ordered
}

/** Those that are no feedback: what they read is made before, and the watermark waits for it. */
export const inputsFromAbove = ({ inputs }: Pipeline): readonly AnyInput[] =>
  Object.values(inputs).filter(({ feedback }) => !feedback)

const circle = (path: readonly string[]): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `pipelines read each other's results in a circle: ${path.join(' → ')}. Mark the input by which ` +
      'results come back up with feedback: true, or let another application read them.',
  )
