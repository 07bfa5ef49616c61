/** Pipelines in event-time order give what they would have given if nothing had happened. */
import type { Pipeline } from '../../src/engine/pipeline.ts'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import type { AnyTopic } from '../../src/engine/topic.ts'
import { eventTimePipelines } from '../../src/testing/event-time-pipelines.ts'
import { Load } from './load.ts'
import { eachRecord } from './topic-contents.ts'
import { type Digests, digestOf, placeOf, undisturbedRecord } from './undisturbed.ts'
import { counted, type Judged } from './verdict.ts'
import type { Watch } from './watch.ts'

/** Key by key, byte for byte, up to the end of the load. */
export const equalsUndisturbed = (judged: Judged, expected: Digests): Watch => {
  const { plan, lastSlot } = judged
  const pipelines = eventTimePipelines(judged.pipelines)
  const outputs = new Map<string, AnyTopic>(pipelines.map(({ output }) => [output.name, output]))
  const until = new Load(plan).endOf(lastSlot)
  const found = new Map<string, string[]>()
  let results = 0
  return {
    topics: new Set(outputs.keys()),
    see(topic, { key, value }) {
      const output = outputs.get(topic)!
      const record = codecsOf<{ readonly occurredAt: number }>(output).decodeAvro(value)
      if (record.occurredAt > until) return
      results++
      const place = placeOf(output, key, record)
      const own = found.get(place)
      if (own) own.push(digestOf(value))
      else found.set(place, [digestOf(value)])
    },
    async judge() {
      const first = firstDifference(expected, found)
      return {
        check: 'event-time pipelines equal the undisturbed run, key by key',
        looked: `${counted(results, 'results')} of ${counted(expected.size, 'keys')}`,
        difference: first && (await explained(judged, pipelines, first)),
      }
    },
  }
}

interface Difference {
  /** By `placeOf`. */
  readonly place: string
  readonly index: number
  readonly expected: number
  readonly found: number
}

export const firstDifference = (expected: Digests, found: Digests): Difference | null => {
  for (const place of new Set([...expected.keys(), ...found.keys()])) {
    const calm = expected.get(place) ?? []
    const stormy = found.get(place) ?? []
    const most = Math.max(calm.length, stormy.length)
    for (let index = 0; index < most; index++) {
      if (calm[index] === stormy[index]) continue
      return { place, index, expected: calm.length, found: stormy.length }
    }
  }
  return null
}

const explained = async (
  { config, plan, lastSlot }: Judged,
  pipelines: readonly Pipeline[],
  { place, index, expected, found }: Difference,
): Promise<string> => {
  const wanted = undisturbedRecord(plan, pipelines, lastSlot, place, index)
  const name = place.slice(0, place.indexOf(' '))
  const topic = pipelines.find(({ output }) => output.name === name)!.output
  let left = index
  let there: string | null = null
  const { decodeAvro, encodeJson } = codecsOf(topic)
  await eachRecord(config.brokers, name, ({ key, value }) => {
    const record = decodeAvro(value)
    if (placeOf(topic, key, record) === place && left-- === 0) there = encodeJson(record)
  })
  return [
    `${place}: result ${index + 1} differs (${expected} expected, ${found} found)`,
    `    expected ${wanted ?? '(nothing)'}`,
    `    found    ${there ?? '(nothing)'}`,
  ].join('\n')
}
