import type { Pipeline } from '../../engine/pipeline.ts'
import type { AnyTopic } from '../../engine/topic.ts'

/** What these pipelines read and none of them makes, by name. */
export const sourceTopics = (pipelines: readonly Pipeline[]): readonly AnyTopic[] => {
  const outputs = new Set(pipelines.map(pipeline => pipeline.output.name))
  const read = pipelines.flatMap(({ inputs, references }) => [
    ...Object.values(inputs).map(input => input.from),
    ...Object.values(references),
  ])
  const byName = new Map(read.map(topic => [topic.name, topic]))
  return [...byName.values()]
    .filter(({ name }) => !outputs.has(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
