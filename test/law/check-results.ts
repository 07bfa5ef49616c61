/** What must hold of result topics whatever their pipeline is. */
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import type { AnyTopic } from '../../src/engine/topic.ts'
import { deadLetters, lateEvents } from '../../src/events.ts'
import { eachRecord } from './topic-contents.ts'
import { counted, type Judged, type Verdict } from './verdict.ts'

const SET_ASIDE: readonly AnyTopic[] = [lateEvents, deadLetters]

export const nothingSetAside = async ({ config }: Judged): Promise<Verdict> => {
  let count = 0
  let difference: string | null = null
  for (const topic of SET_ASIDE) {
    const { encodeJson, decodeAvro } = codecsOf<unknown>(topic)
    await eachRecord(config.brokers, topic.name, ({ value }) => {
      count++
      difference ??= `${topic.name} has ${encodeJson(decodeAvro(value))}`
    })
  }
  return { check: 'nothing was late or dead', looked: counted(count, 'records'), difference }
}

/** Any result that is there twice has the same `resultId` twice. */
export const noResultTwice = async ({ config, pipelines }: Judged): Promise<Verdict> => {
  let count = 0
  let difference: string | null = null
  for (const { output } of pipelines) {
    const seen = new Map<string, string>()
    await eachRecord(config.brokers, output.name, ({ headers, partition, offset }) => {
      count++
      const id = headers.resultId ?? `none at ${partition}-${offset}`
      const before = seen.get(id)
      const place = `${output.name}-${partition} at ${offset}`
      if (before !== undefined) difference ??= `resultId ${id} is in ${before} and in ${place}`
      else seen.set(id, place)
    })
  }
  return { check: 'no result is there twice', looked: counted(count, 'results'), difference }
}
