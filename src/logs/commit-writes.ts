/**
 * How one commit goes into a log: at once; or, without transactions, one write after the other, each
 * begun when the one before is acknowledged; what is in one is written side by side.
 *
 *   results and exchange ─► state, what reads others' results first ─► journal
 *
 * Whatever is cut off in between is done again from the last journal record, so it must not seem done
 * to those that have to do it: a pipeline that remembers a record does not put its result out again,
 * and whoever reads that result has to have it by then.
 */
import type { Pipeline } from '../engine/pipeline.ts'
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
  const outputs = slices.flatMap(slice => slice.outputs)
  const state = slices.flatMap(slice => slice.state)
  const journal = slices.map(slice => slice.journal)
  const last = { ...(consumed ? { consumed } : {}) }
  if (writing.guarantee === 'exactly-once') {
    return [{ appends: [...outputs, ...state, ...journal], ...last }]
  }
  const stages = [outputs, ...stagesOf(writing, state)].filter(appends => appends.length > 0)
  const side = { areIndependent: true }
  return [...stages.map(appends => ({ appends, ...side })), { appends: journal, ...side, ...last }]
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

/** How many pipelines one after the other read of its results. */
const readersOf = (pipelines: readonly Pipeline[], { output }: Pipeline): number =>
  Math.max(
    0,
    ...pipelines
      .filter(({ inputs }) => Object.values(inputs).some(({ from }) => from.name === output.name))
      .map(reader => 1 + readersOf(pipelines, reader)),
  )
