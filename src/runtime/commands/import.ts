import { suggestionFor } from '../../engine/schema/suggestion.ts'
import { openLmdbLog } from '../../logs/lmdb-log.ts'
import { type Place, targetOf } from '../../replay/places.ts'
import { type ImportSummary, type ImportTarget, importData } from '../../sources/import.ts'
import { importToLog } from '../../sources/import-to-log.ts'
import { importToNdjson } from '../../sources/import-to-ndjson.ts'
import { importers } from '../../sources/public-data/importers.ts'
import type { Command } from '../command-line/command.ts'
import { momentText } from '../command-line/moment.ts'
import { ProgressLine } from '../command-line/progress-line.ts'
import { counted, numberText, tableOf } from '../command-line/table.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'

export const importCommand: Command = {
  name: 'import',
  summary: 'Turn public data sets into events.',
  usage: ['import FORMAT PATH --to ndjson:DIR | log:DIR'],
  options: [
    { name: 'to', value: 'TARGET', help: 'Where the events go: ndjson:DIR or log:DIR.' },
    { name: 'json', help: 'Print the summary as one JSON object.' },
  ],
  details: () =>
    `PATH is the file (plain, .gz or .xz) or the folder that holds it.\n\nFormats:\n${formats()}`,
  run: async (args, terminal) => {
    args.wordsAtMost(2)
    const [format, path] = args.words
    if (format === undefined) throw new UsageError(`say which format: one of ${names().join(', ')}`)
    if (!names().includes(format)) throw unknownFormat(format)
    if (path === undefined) throw new UsageError('say where the data is')
    const place = placeOf(args.required('to', 'ndjson:data').at(-1)!)
    const summary = await importInto(place, { format, path }, terminal)
    terminal.print(args.has('json') ? jsonOf(summary) : textOf(summary, place))
  },
}

interface Input {
  readonly format: string
  readonly path: string
}

const placeOf = (text: string): Place => {
  const place = targetOf(text)
  if (place.kind !== 'null') return place
  throw new UsageError(`--to ${text}: an import goes to ndjson:DIR or log:DIR`)
}

const importInto = async (
  place: Place,
  input: Input,
  terminal: Terminal,
): Promise<ImportSummary> => {
  if (place.kind === 'ndjson') return watchedImport(input, importToNdjson(place.path), terminal)
  const log = await openLmdbLog(place.path, { wallNow: terminal.wallNow })
  try {
    return await watchedImport(input, importToLog(log), terminal)
  } finally {
    await log.close()
  }
}

const watchedImport = async (
  { format, path }: Input,
  to: ImportTarget,
  terminal: Terminal,
): Promise<ImportSummary> => {
  const line = new ProgressLine(terminal)
  try {
    line.step(`Importing ${path} as ${format}.`)
    const onProgress = (events: number): void => line.update(() => counted(events, 'event'))
    const summary = await importData({ format, path, to, onProgress })
    line.step('Finished.')
    return summary
  } finally {
    line.clear()
  }
}

const names = (): string[] => importers.map(({ format }) => format)

const formats = (): string =>
  tableOf(
    [{ title: 'format' }, { title: 'what it is' }],
    importers.map(({ format, description }) => [format, description]),
  )

const unknownFormat = (format: string): UsageError => {
  const near = suggestionFor(format, names())
  const which = near ? `Did you mean ${near}?` : `Use one of ${names().join(', ')}`
  return new UsageError(`there is no format ${format}. ${which}`)
}

const textOf = ({ topics, notes }: ImportSummary, { kind, path }: Place): string => {
  const rows = [...topics].map(([topic, { count, alreadyThere, firstAt, lastAt }]) => [
    topic,
    numberText(count),
    numberText(alreadyThere),
    momentText(firstAt),
    momentText(lastAt),
  ])
  const columns = [
    { title: 'topic' },
    { title: 'events', align: 'right' },
    { title: 'there before', align: 'right' },
    { title: 'from' },
    { title: 'to' },
  ] as const
  const table = rows.length === 0 ? '  no events' : tableOf(columns, rows)
  return [`Imported to ${kind}:${path}:\n${table}`, ...notes.map(note => `Note: ${note}`)].join(
    '\n',
  )
}

const jsonOf = ({ topics, notes }: ImportSummary): string =>
  JSON.stringify({ topics: Object.fromEntries(topics), notes })
