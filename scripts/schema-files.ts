/**
 * Reads the files of `schemas/` as the generator needs them: the current schema of each topic, and
 * the retired ones, which stay readable for records that were written before a change.
 *
 *   schemas/orders.avsc              current
 *   schemas/retired/orders-10.avsc   retired: the topic, and the id it had
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FieldSchema, RecordSchema, TopicKind } from '../src/engine/topic.ts'

export interface DocumentedField extends FieldSchema {
  readonly doc: string
}

/** A file of `schemas/`, whole. */
export interface SchemaFile extends RecordSchema {
  readonly doc: string
  readonly topic: string
  readonly kind: TopicKind
  readonly rank: number
  readonly keyedBy: readonly string[]
  readonly identity: 'eventId' | 'resultId' | null
  readonly once?: { readonly field: string; readonly value: string; readonly by: string }
  readonly fields: readonly DocumentedField[]
}

export interface SchemaFiles {
  /** In the order of their ranks. */
  readonly current: readonly SchemaFile[]
  readonly retired: readonly SchemaFile[]
}

export const readSchemaFiles = (folder: string): SchemaFiles => ({
  current: filesOf(folder).sort((a, b) => a.rank - b.rank),
  retired: filesOf(join(folder, 'retired')),
})

const filesOf = (folder: string): SchemaFile[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter(name => name.endsWith('.avsc'))
        .sort()
        .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    : []
