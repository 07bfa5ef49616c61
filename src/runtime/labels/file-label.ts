/** Files an analyst's verdict on an order: one record of `fraud-labels`, once. */
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import { type FraudLabel, fraudLabels } from '../../events.ts'
import type { Log } from '../../logs/log.ts'
import { appendEvent, type WrittenAs } from '../append-event.ts'
import { type KnownLabels, knownLabels } from './known-labels.ts'

export interface LabelOptions extends WrittenAs {
  readonly orderId: string
  readonly isFraud: boolean
  /** When it became known: event time, in ms since 1970. */
  readonly occurredAt: number
  readonly writers: WriterSchemas
}

export interface FiledLabel {
  /** The verdict that stands: the one that was filed now, or the same one that was there before. */
  readonly label: FraudLabel
  readonly isNew: boolean
  /** What was known until then; null: nothing was. */
  readonly before: FraudLabel | null
}

/**
 * Nothing is filed where the last label of the order is the same verdict of an analyst. Resolves when the
 * record is lasting. Fails as `appendEvent` does.
 */
export const fileLabel = async (log: Log, options: LabelOptions): Promise<FiledLabel> => {
  const known = await knownLabels(log, options.orderId, options.writers)
  const { last } = known
  if (last?.source === 'ANALYST' && last.isFraud === options.isFraud) {
    return { label: last, isNew: false, before: last }
  }
  const label = labelOf(options, known)
  await appendEvent(log, fraudLabels, { key: label.orderId, event: label }, options)
  return { label, isNew: true, before: last }
}

/** Of the same command given twice at once both make the same id, so that pipelines take one. */
const labelOf = (
  { orderId, isFraud, occurredAt }: LabelOptions,
  { count }: KnownLabels,
): FraudLabel => ({
  eventId: `analyst-${orderId}-${count + 1}-${isFraud ? 'fraud' : 'not-fraud'}`,
  occurredAt,
  orderId,
  isFraud,
  source: 'ANALYST',
})
