/** The table of a topic: its fields, and where in the log each record stood. */
import { parsedFields } from '../../../engine/schema/parsed-type.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { filledColumns, INSTANT } from './column-type.ts'
import { fieldDocs } from './field-docs.ts'

export interface Column {
  readonly name: string
  /** As ClickHouse writes it in `system.columns`. */
  readonly type: string
  readonly doc: string
}

/** The place of a record, last in each table. */
export const PLACE_COLUMNS: readonly Column[] = [
  { name: '_topic', type: 'LowCardinality(String)', doc: 'The topic that the record is on.' },
  { name: '_partition', type: 'UInt32', doc: 'Its partition there.' },
  { name: '_offset', type: 'UInt64', doc: 'Its offset in that partition.' },
  { name: '_emitted_at', type: INSTANT, doc: 'When the log took it in, by wall clock.' },
]

/** Fields in the order of the schema, then where the record stood. */
export const columnsOf = (topic: AnyTopic): readonly Column[] => {
  const docs = fieldDocs(topic)
  const columns = parsedFields(topic.schema.fields)
    .flatMap(filledColumns)
    .map(({ name, type, field, isKnown }) => ({
      name,
      type,
      doc: isKnown ? `Whether ${field.name} is known; where it is not, it is empty.` : docs(field),
    }))
  return [...columns, ...PLACE_COLUMNS]
}

/** `fraud-scores` is stored in `fraud_scores`. */
export const tableNameOf = (topic: AnyTopic): string => topic.name.replaceAll('-', '_')
