import fc from 'fast-check'
import { identityOf, inTotalOrder } from '../../engine/arrival.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import { expectSame, outputLine, stateLines } from '../comparing.ts'
import { eventTimePipelines } from '../event-time-pipelines.ts'
import { Harness } from '../harness.ts'
import { isSend, type ScriptStep, type Send } from '../script.ts'
import type { Law, Subject } from './law.ts'
import { played } from './playing.ts'

const hour = 3_600_000

/**
 * Records that come in another order, none later than its input allows, give the same results for
 * each key: what is held is taken in the total order. Of pipelines in `event-time` order alone.
 *
 * Of records with one id the first to come counts, so a script's duplicates are left out here.
 * Ticks are too: a clock that ticks makes late what another order would not. So are records that
 * nobody waits for, as they are late whenever others are ahead.
 */
export const disorderLaw = ({ pipelines, setting, scripts, assert }: Subject): Law | null => {
  const ordered = eventTimePipelines(pipelines)
  if (ordered.length === 0) return null
  const arrivals = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }))
  return {
    name: 'disorder within the allowed changes nothing',
    check: () =>
      assert(
        fc.property(scripts, fc.noShrink(arrivals), fc.nat(hour), (script, jitters, lagMs) => {
          const { before, events } = sorted(ordered, script)
          const jitter = (): number => jitters.next().value
          const run = (steps: readonly Send[]): Harness =>
            played([...before, ...steps], { ...setting, pipelines: ordered, batchSize: 3 })
          compare(run(events), run(disordered(ordered, events, jitter, lagMs)))
        }),
      ),
  }
}

interface Timed {
  readonly step: Send
  readonly at: number
}

/** Reference and control records first; then each event once, in the total order. */
const sorted = (pipelines: readonly Pipeline[], script: readonly ScriptStep[]) => {
  const mill = new Harness(pipelines)
  const topics = new Set(mill.application.sourceTopics.map(topic => topic.name))
  const unawaited = topicsHoldingNothingBack(pipelines)
  const sends = script
    .filter(isSend)
    .filter(({ send }) => topics.has(send.name) && !unawaited.has(send.name))
  const before = sends.filter(({ send }) => send.kind === 'reference' || send.kind === 'control')
  const seen = new Set<string>()
  const events = sends
    .filter(step => !before.includes(step))
    .map(step => ({ step, ...mill.decode(step) }))
    .filter(({ event, failure, topic }) => {
      if (failure !== null || event === null) return false
      const ids = [identityOf(topic, event)]
      const { once } = topic
      if (once) ids.push(`once ${(event as unknown as Record<string, string>)[once.by]}`)
      if (ids.some(id => seen.has(`${topic.name} ${id}`))) return false
      for (const id of ids) seen.add(`${topic.name} ${id}`)
      return true
    })
    .sort((a, b) => inTotalOrder(a.event!, a.topic, b.event!, b.topic))
  return { before, events: events.map(({ step }) => step) }
}

const topicsHoldingNothingBack = (pipelines: readonly Pipeline[]): ReadonlySet<string> => {
  const inputs = pipelines.flatMap(pipeline => Object.values(pipeline.inputs))
  return new Set(inputs.filter(input => !input.holdsBack).map(input => input.from.name))
}

/** Each event comes up to its input's allowance late, and each source at its own distance. */
const disordered = (
  pipelines: readonly Pipeline[],
  events: readonly Send[],
  jitter: () => number,
  lagMs: number,
): readonly Send[] => {
  const mill = new Harness(pipelines)
  const arrivals = events.map((step): Timed => {
    const source = `${step.send.name}|${step.partition ?? 0}`
    const lag = (lagMs * ((source.length * 7 + (step.partition ?? 0) * 3) % 5)) / 5
    const late = Math.floor(jitter() * allowedMs(pipelines, step.send.name))
    return { step, at: mill.decode(step).event!.occurredAt + lag + late }
  })
  return arrivals.sort((a, b) => a.at - b.at).map(({ step }) => step)
}

const allowedMs = (pipelines: readonly Pipeline[], topic: string): number => {
  const inputs = pipelines.flatMap(pipeline => Object.values(pipeline.inputs))
  const own = inputs.filter(input => input.from.name === topic)
  return Math.min(...own.map(input => input.disorderMs), 24 * hour)
}

const compare = (inOrder: Harness, disorder: Harness): void => {
  for (const mill of [inOrder, disorder]) mill.finish(false)
  const keys = (mill: Harness): string[] =>
    stateLines(mill.committed().state).filter(line => / k:/.test(line))
  expectSame('keys', keys(inOrder), keys(disorder))
  for (const mill of [inOrder, disorder]) mill.finish(true)
  expectSame('outputs, by key,', byKey(inOrder), byKey(disorder))
}

/** Set-aside records name their offset, which is not the same here: they are left out. */
const byKey = (mill: Harness): string[] => {
  const results = mill.outputs.filter(output => !('payload' in output.record))
  const keyed = results.map(output => ({
    place: `${output.topic.name} ${output.key}`,
    line: outputLine(output),
  }))
  const places = new Map<string, string[]>()
  for (const { place, line } of keyed) places.set(place, [...(places.get(place) ?? []), line])
  return [...places].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, lines]) => lines)
}
