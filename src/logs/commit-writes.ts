/**
 * How commits go into a log: one at once; or, without transactions, one write after the other, each
 * begun when the one before is acknowledged; what is in one is written side by side.
 *
 *   results and exchange ─► state, what reads others' results first ─► journal, positions
 *
 * Whatever is cut off in between is done again from the last journal record, so it must not seem done
 * to those that have to do it: a pipeline that remembers a record does not put its result out again,
 * and whoever reads that result has to have it by then.
 */
import { partitionNameOf } from '../engine/partition-name.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import { inputsFromAbove } from '../engine/upstream-first.ts'
import type { CommitAppends } from './application-log.ts'
import { changelogTopic } from './application-topics.ts'
import type { Append, Commit } from './log.ts'

export interface Writing {
  readonly applicationId: string
  readonly pipelines: readonly Pipeline[]
  readonly guarantee: 'exactly-once' | 'at-least-once'
}

/** The commits of the log that make one commit of these slices; none of them is empty. */
export const commitWrites = (
  writing: Writing,
  slices: readonly CommitAppends[],
  consumed?: NonNullable<Commit['consumed']>,
): readonly Commit[] => {
  if (writing.guarantee === 'at-least-once') {
    return [...resultWrites(slices), ...stateWrites(writing, slices, consumed)]
  }
  const outputs = slices.flatMap(slice => slice.outputs)
  const state = slices.flatMap(slice => slice.state)
  const journal = slices.map(slice => slice.journal)
  return [{ appends: [...outputs, ...state, ...journal], ...(consumed ? { consumed } : {}) }]
}

/** At least once, what comes first: what others read. Nothing where there is none. */
export const resultWrites = (slices: readonly CommitAppends[]): readonly Commit[] => {
  const appends = slices.flatMap(slice => slice.outputs)
  return appends.length === 0 ? [] : [{ appends, areIndependent: true, lane: 'results' }]
}

/**
 * At least once, what comes behind the results: state, then the journal and positions. Of one commit,
 * or of several one after the other, whose results are all lasting: then they are written as one.
 */
export const stateWrites = (
  writing: Writing,
  slices: readonly CommitAppends[],
  consumed?: NonNullable<Commit['consumed']>,
): readonly Commit[] => {
  const state = stagesOf(
    writing,
    slices.flatMap(slice => slice.state),
  )
  const journal = slices.map(slice => slice.journal)
  const stages = [...state.filter(appends => appends.length > 0), journal]
  return stages.map((appends, stage) => ({
    appends: byPartition(appends),
    areIndependent: true,
    ...(consumed && stage === stages.length - 1 ? { consumed } : {}),
  }))
}

/** One append for each partition, so that none of them has to come before another. */
const byPartition = (appends: readonly Append[]): Append[] => {
  const merged = new Map<string, Append>()
  for (const append of appends) {
    const name = partitionNameOf(append)
    const before = merged.get(name)
    const records = before ? [...before.records, ...append.records] : append.records
    merged.set(name, { ...append, records })
  }
  return [...merged.values()]
}

/** Pipelines whose results nobody here reads come first, then those that they read of. */
const stagesOf = ({ applicationId, pipelines }: Writing, state: readonly Append[]): Append[][] => {
  const stages: Append[][] = pipelines.map(() => [])
  const stageOf = new Map(
    pipelines.map(pipeline => [
      changelogTopic(applicationId, pipeline),
      readersOf(pipelines, pipeline),
    ]),
  )
  for (const append of state) stages[stageOf.get(append.topic)!]!.push(append)
  return stages
}

/** How many pipelines one after the other read of its results; those that come back aside. */
const readersOf = (pipelines: readonly Pipeline[], { output }: Pipeline): number =>
  Math.max(
    0,
    ...pipelines
      .filter(pipeline => inputsFromAbove(pipeline).some(({ from }) => from.name === output.name))
      .map(reader => 1 + readersOf(pipelines, reader)),
  )
