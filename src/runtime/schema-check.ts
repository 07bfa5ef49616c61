/**
 * Checks a folder of schema files: each is sound by itself, all agree with each other and with the
 * types this program was built from, and records of retired schemas can still be read.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { AvroSchema } from '../engine/form.ts'
import { avroType } from '../engine/schema/avro-type.ts'
import type { AnyTopic } from '../engine/topic.ts'
import { topicNamed, topics } from '../events.ts'
import { breachesOf, type SchemaFile, undocumented } from './schema-rules.ts'

export interface SchemaProblem {
  /** Within the folder. */
  readonly file: string
  /** What is wrong and what to do, in sentences. */
  readonly problem: string
}

interface Opened {
  readonly file: string
  readonly schema: SchemaFile
}

/** All problems found; none where the folder is sound. */
export const checkSchemas = (folder: string): SchemaProblem[] => {
  const problems: SchemaProblem[] = []
  const current = opened(folder, '', problems)
  const retired = opened(folder, 'retired', problems)
  for (const { file, schema } of [...current, ...retired]) {
    for (const problem of soundness(file, schema)) problems.push({ file, problem })
  }
  for (const { file, schema } of current) {
    for (const problem of freshness(file, schema)) problems.push({ file, problem })
  }
  return [
    ...problems,
    ...sharedIds([...current, ...retired]),
    ...missingFiles(current),
    ...unreadable(current, retired),
  ]
}

const opened = (folder: string, under: string, problems: SchemaProblem[]): Opened[] => {
  const files = namesIn(join(folder, under)).map(name => join(under, name))
  if (files.length === 0 && under === '') {
    problems.push({ file: folder, problem: 'There are no schema files here. Name their folder.' })
  }
  return files.flatMap(file => {
    try {
      return [{ file, schema: JSON.parse(readFileSync(join(folder, file), 'utf8')) as SchemaFile }]
    } catch (thrown) {
      problems.push({ file, problem: `It is not JSON: ${(thrown as Error).message}.` })
      return []
    }
  })
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .filter(name => name.endsWith('.avsc'))
      .sort()
  } catch {
    return []
  }
}

const soundness = (file: string, schema: SchemaFile): string[] => {
  if (typeof schema !== 'object' || schema === null || !Array.isArray(schema.fields)) {
    return ['It is not an Avro record. Write one record with its fields.']
  }
  try {
    avroType(schema as unknown as AvroSchema)
  } catch (thrown) {
    return [(thrown as Error).message]
  }
  const named = /(?:^|[\\/])([a-z-]+?)(?:-\d+)?\.avsc$/.exec(file)?.[1]
  return [
    ...breachesOf(schema),
    ...(schema.namespace === 'millrace' ? [] : ['Its namespace is not millrace.']),
    ...(Number.isInteger(schema.id) && schema.id > 0 ? [] : ['It has no id above 0.']),
    ...(schema.topic === named ? [] : [`Its topic is ${schema.topic}, not that of its file name.`]),
  ]
}

const STALE = 'src/events.ts was not generated from it. Run `npx tsx scripts/generate-events.ts`.'

/** Everything that the topic as built says, the file must say. */
const freshness = (file: string, schema: SchemaFile): string[] => {
  const topic: AnyTopic | undefined = topicNamed(schema?.topic ?? file)
  if (topic === undefined) return [STALE]
  const { name, schema: embedded, fields, ...rest } = topic
  const built: Record<string, unknown> = { ...rest, ...embedded, topic: name }
  const stated = undocumented(schema) as Record<string, unknown>
  return isDeepStrictEqual(built, stated) ? [] : [STALE]
}

const sharedIds = (all: readonly Opened[]): SchemaProblem[] =>
  all.flatMap(({ file, schema }, at) => {
    const other = all.slice(0, at).find(one => one.schema?.id === schema?.id)
    const problem = `Its id ${schema?.id} is also that of ${other?.file}. Give it one of its own.`
    return other === undefined ? [] : [{ file, problem }]
  })

const missingFiles = (current: readonly Opened[]): SchemaProblem[] => {
  const there = new Set(current.map(one => one.schema?.topic))
  const missing = topics.filter(topic => !there.has(topic.name))
  const problem = 'It is missing, though the program was built with it. Put it back.'
  return missing.map(topic => ({ file: `${topic.name}.avsc`, problem }))
}

const unreadable = (current: readonly Opened[], retired: readonly Opened[]): SchemaProblem[] =>
  retired.flatMap(({ file, schema }) => {
    const reader = current.find(one => one.schema?.topic === schema?.topic)
    const problem = reader === undefined ? 'Its topic has no schema now.' : reading(reader, schema)
    return problem === null ? [] : [{ file, problem }]
  })

const reading = (reader: Opened, former: SchemaFile): string | null => {
  try {
    const writer = avroType(former as unknown as AvroSchema)
    avroType(reader.schema as unknown as AvroSchema).createResolver(writer)
    return null
  } catch (thrown) {
    const what = (thrown as Error).message
    return `${reader.file} cannot read its records: ${what}. Give new fields a default.`
  }
}
