/**
 * What a model is fitted by, outside of the stream: a pure function from one record of a result topic
 * to the next version of the model's parameters on a control topic.
 *
 * All that it reads is in the record, so what it finds is the same wherever and however often it is
 * run. It may take long, so it is a generator: it yields between pieces of work of at most some 5 ms,
 * and a live run goes on in between.
 */
import type { EngineFields } from './arrival.ts'
import { MillraceError } from './errors.ts'
import type { Pipeline } from './pipeline.ts'
import type { AnyTopic, Topic } from './topic.ts'

/** What to publish, or in one sentence why nothing is. */
export type Learned<To extends EngineFields = EngineFields> =
  | { readonly publish: To }
  | { readonly refused: string }

/** Yields between pieces of work, and returns what was found. */
export type Learning<To extends EngineFields = EngineFields> = Generator<
  undefined,
  Learned<To>,
  undefined
>

export interface Learner {
  /** Names it in messages, in metrics, and in its positions: once told, it stays. */
  readonly id: string
  /** The result topic with the records to learn from. */
  readonly from: AnyTopic
  /** The control topic that it publishes versions on. */
  readonly to: AnyTopic
  /** Pure: no clock, no chance, nothing remembered from one record to the next. */
  learn(record: EngineFields): Learning
}

/**
 * Checks a learner against the records of its topics.
 *
 * @throws CONFIG_INVALID where it does not lead from a result topic to a control topic.
 */
export const defineLearner = <From extends EngineFields, To extends EngineFields>(learner: {
  readonly id: string
  readonly from: Topic<From>
  readonly to: Topic<To>
  learn(record: From): Learning<To>
}): Learner => {
  const { id, from, to } = learner
  if (from.kind === 'result' && to.kind === 'control') return learner
  throw new MillraceError(
    'CONFIG_INVALID',
    `learner ${id} leads from ${from.name} (${from.kind}) to ${to.name} (${to.kind}). It learns ` +
      'from a result topic, and publishes on a control topic.',
  )
}

/** Those that have what they learn from where these pipelines run. */
export const fedBy = (
  pipelines: readonly Pipeline[],
  learners: readonly Learner[],
): readonly Learner[] =>
  learners.filter(({ from }) => pipelines.some(({ output }) => output.name === from.name))
