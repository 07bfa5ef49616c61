/** What must hold of result topics whatever their pipeline is. */
import type { Pipeline } from '../../src/engine/pipeline.ts'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import type { AnyTopic } from '../../src/engine/topic.ts'
import { deadLetters, lateEvents } from '../../src/events.ts'
import { counted } from './verdict.ts'
import type { Watch } from './watch.ts'

const SET_ASIDE = new Map<string, AnyTopic>(
  [lateEvents, deadLetters].map(topic => [topic.name, topic]),
)

export const nothingSetAside = (): Watch => {
  let count = 0
  let difference: string | null = null
  return {
    topics: new Set(SET_ASIDE.keys()),
    see(topic, { value }) {
      count++
      const { encodeJson, decodeAvro } = codecsOf<unknown>(SET_ASIDE.get(topic)!)
      difference ??= `${topic} has ${encodeJson(decodeAvro(value))}`
    },
    judge: async () => ({
      check: 'nothing was late or dead',
      looked: counted(count, 'records'),
      difference,
    }),
  }
}

/** Any result that is there twice has the same `resultId` twice. */
export const noResultTwice = (pipelines: readonly Pipeline[]): Watch => {
  const topics = new Set(pipelines.map(({ output }) => output.name))
  const seen = new Map([...topics].map(topic => [topic, new Map<string, string>()]))
  let count = 0
  let difference: string | null = null
  return {
    topics,
    see(topic, { headers, partition, offset }) {
      count++
      const id = headers.resultId ?? `none at ${partition}-${offset}`
      const before = seen.get(topic)!.get(id)
      const place = `${partition} at ${offset}`
      if (before === undefined) seen.get(topic)!.set(id, place)
      else difference ??= `resultId ${id} is in ${topic}-${before} and in ${topic}-${place}`
    },
    judge: async () => ({
      check: 'no result is there twice',
      looked: counted(count, 'results'),
      difference,
    }),
  }
}
