import { MillraceError } from '../../engine/errors.ts'
import type { TopicPartition } from '../../logs/log.ts'
import type { Standing } from './batch-store.ts'

/** A batch under way can be finished only under the generation that it was begun with. */
export const checkPending = (
  { topic, partition }: TopicPartition,
  { intent, position }: Standing,
  generation: number,
): void => {
  if (intent === null || intent.to < position || intent.generation === generation) return
  throw new MillraceError(
    'INPUT_CHANGED',
    `${topic} ${partition} was being stored from offset ${intent.from} to ${intent.to} as ` +
      `generation ${intent.generation}, and this is generation ${generation}. Start once with ` +
      `generation ${intent.generation} and drain, then raise it.`,
  )
}
