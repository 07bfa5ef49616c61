/** The sample as files, with the flaws that real input has: one late record, one that is cut off. */
import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { hours } from '../../engine/time.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { type Click, clickstream, markets, orders } from '../../events.ts'
import { makeDirectory } from '../../sources/make-directory.ts'
import { arrivalsOf, type SampleOptions, sampleEvents } from '../../testing/sample-events.ts'

export interface SampleFolders {
  readonly events: string
  readonly results: string
  /** Of the run that makes the results. */
  readonly state: string
}

/** Says that the folder is ours to empty. */
const MARK = '.millrace-sample'

/** Makes the folder anew. One that holds anything else is refused. */
export const writeSample = async (dir: string, options: SampleOptions): Promise<SampleFolders> => {
  const folders = {
    events: join(dir, 'events'),
    results: join(dir, 'results'),
    state: join(dir, 'state'),
  }
  const taken = Object.values(folders).find(folder => existsSync(folder))
  if (taken !== undefined && !existsSync(join(dir, MARK))) throw notOurs(dir, taken)
  await makeFolder(dir)
  for (const folder of Object.values(folders)) await rm(folder, { recursive: true, force: true })
  await makeDirectory(resolve(folders.events))
  await writeFile(join(dir, MARK), 'Made by `millrace sample`, and made anew by the next one.\n')
  for (const [topic, lines] of filesOf(options)) {
    await writeFile(join(folders.events, `${topic.name}.ndjson`), `${lines.join('\n')}\n`)
  }
  return folders
}

/** A file may stand in its place, or in that of a parent. */
const makeFolder = (dir: string): Promise<void> =>
  makeDirectory(resolve(dir)).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EEXIST' ? `${cause.path} is a file` : cause.message
    throw new MillraceError(
      'OUTPUT_UNWRITABLE',
      `no folder can be made at ${dir}: ${why}. Give another with --dir.`,
      { cause },
    )
  })

const filesOf = (options: SampleOptions): readonly (readonly [AnyTopic, string[]])[] => {
  const sample = sampleEvents(options)
  const clicks = withOneLate(arrivalsOf(sample.clickstream, options.seed))
  return [
    [markets, linesOf(markets, sample.markets)],
    [clickstream, linesOf(clickstream, clicks)],
    [orders, withOneCutOff(linesOf(orders, arrivalsOf(sample.orders, options.seed)))],
  ]
}

const linesOf = (topic: AnyTopic, records: readonly object[]): string[] => {
  const { encodeJson } = codecsOf(topic)
  return records.map(record => encodeJson(record))
}

const LATE_BY_MS = hours(2)

/** One view arrives two hours after it happened. */
const withOneLate = (clicks: readonly Click[]): readonly Click[] => {
  const from = Math.floor(clicks.length * 0.4)
  const at = clicks.findIndex((click, index) => index >= from && click.type === 'PRODUCT_VIEW')
  const late = clicks[at]
  if (late === undefined) return clicks
  const rest = clicks.toSpliced(at, 1)
  const to = rest.findIndex(({ occurredAt }) => occurredAt > late.occurredAt + LATE_BY_MS)
  return to < 0 ? clicks : rest.toSpliced(to, 0, late)
}

/** A producer stopped in the middle of a line, and sent the record again in the next one. */
const withOneCutOff = (lines: readonly string[]): string[] => {
  const at = Math.floor(lines.length / 2)
  const line = lines[at]!
  return lines.toSpliced(at, 0, line.slice(0, Math.floor(line.length / 2)))
}

const notOurs = (dir: string, taken: string): MillraceError =>
  new MillraceError(
    'OUTPUT_UNWRITABLE',
    `${taken} is there, and was not made by this command. Give another folder than ${dir} with --dir.`,
  )
