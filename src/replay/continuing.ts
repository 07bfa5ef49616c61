/** Whether a run may go on: with the command, the code and the inputs that it was begun with. */
import { versionText } from '../engine/application.ts'
import type { Arrival } from '../engine/arrival.ts'
import { MillraceError } from '../engine/errors.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import { continuesInput } from '../sources/input-signature.ts'
import type { InputSignature, RecordStream } from '../sources/record-stream.ts'

/** Option to its value, such as `--to` to `log:/data`. */
export type Command = Readonly<Record<string, string>>

/** Half of the results in one place and half in another, or of another past, would be nobody's. */
export const checkCommand = (runId: string, was: Command | undefined, is: Command): void => {
  if (was === undefined) throw noRun(runId)
  const what = changesOf(was, is)
  if (what.length === 0) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `run ${runId} was begun with another command: ${what.join(', ')}. Give the same command to go ` +
      'on with it, or another --run-id and target to begin another run.',
  )
}

/** Each option that differs, with both its values. */
export const changesOf = (was: Command, is: Command): readonly string[] => {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()
  const other = names.filter(name => was[name] !== is[name])
  return other.map(name => `${name} (${was[name] || 'not given'}, now ${is[name] || 'not'})`)
}

const noRun = (runId: string): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `what ${runId} has kept there is not of a replay. Give another --run-id and another target.`,
  )

/** A run that goes on with other code would be neither the one nor the other. */
export const checkVersions = (
  runId: string,
  was: Readonly<Record<string, string>>,
  pipelines: readonly Pipeline[],
): void => {
  const is = Object.fromEntries(pipelines.map(pipeline => [pipeline.id, versionText(pipeline)]))
  const ids = new Set([...Object.keys(was), ...Object.keys(is)])
  const other = [...ids].filter(id => was[id] !== is[id]).sort()
  if (other.length === 0) return
  const what = other.map(id => `${id} (${was[id] ?? 'absent'}, now ${is[id] ?? 'absent'})`)
  throw new MillraceError(
    'STATE_INCOMPATIBLE',
    `run ${runId} was begun with other pipelines: ${what.join(', ')}. Give --restart to begin it ` +
      'anew, or another --run-id and target.',
  )
}

/** What the inputs look like now; refused where one is not the one that was read before. */
export const signaturesOf = async (
  streams: readonly RecordStream[],
  before: readonly InputSignature[],
): Promise<readonly InputSignature[]> => {
  for (const was of before) {
    const stream = streams.find(({ signature }) => signature?.name === was.name)
    if (!stream || !(await continuesInput(stream.name, was))) throw changed(was.name)
  }
  return streams.map(({ signature }) => signature).filter(signature => signature !== null)
}

export const drained = (runId: string, { topic, partition, offset }: Arrival): MillraceError =>
  new MillraceError(
    'INPUT_CHANGED',
    `${topic.name}-${partition}@${offset} is new since run ${runId} was drained, when its time went ` +
      'to infinity, so nothing can follow. Begin a new run with another --run-id and target, over ' +
      'all records; leave out --drain for a run that is to go on.',
  )

const changed = (name: string): MillraceError =>
  new MillraceError(
    'INPUT_CHANGED',
    `${name} is not the file that this run has read part of. Bring it back, give another --run-id, ` +
      'or give --restart to begin the run anew.',
  )
