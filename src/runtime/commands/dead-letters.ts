import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { suggestionFor } from '../../engine/schema/suggestion.ts'
import { type Place, sourceOf } from '../../replay/places.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Command } from '../command-line/command.ts'
import { counted, shortened, tableOf } from '../command-line/table.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { lettersAt, type NumberedLetter } from '../dead-letters/letters.ts'
import { payloadText } from '../dead-letters/payload-text.ts'
import { type RedriveReport, redrive } from '../dead-letters/redrive.ts'
import { redriveToLog } from '../dead-letters/redrive-to-log.ts'
import { redriveToNdjson } from '../dead-letters/redrive-to-ndjson.ts'
import { LetterFilter } from './letter-filter.ts'

export const deadLettersCommand: Command = {
  name: 'dead-letters',
  summary: 'See records that could not be read or handled, and put them back.',
  usage: [
    'dead-letters list [--from SOURCE] [--code C] [--topic T] [--pipeline P] [--limit N]',
    'dead-letters show N [--from SOURCE]',
    'dead-letters redrive N… | --all [--from SOURCE] [--to TARGET] [--edit FILE] [--again]',
  ],
  options: [
    { name: 'from', value: 'SOURCE', help: "A run's results: ndjson:DIR or log:DIR." },
    { name: 'data', value: 'DIR', help: 'A data directory, or a log. Default: .millrace' },
    { name: 'code', value: 'C', help: 'Only those with this error code.' },
    { name: 'topic', value: 'T', help: 'Only those from this topic.' },
    { name: 'pipeline', value: 'P', help: 'Only those that this pipeline failed on.' },
    { name: 'limit', value: 'N', help: 'List at most so many. Default: 50' },
    { name: 'all', help: 'Redrive all, or all that the filters leave.' },
    {
      name: 'to',
      value: 'TARGET',
      help: 'Where records go back to: log:DIR (default: the log they are from) or ndjson:DIR.',
    },
    { name: 'edit', value: 'FILE', help: 'The mended record, in JSON; for one letter.' },
    { name: 'again', help: 'Put back also what was put back before.' },
    { name: 'json', help: 'Print the answer as JSON.' },
  ],
  details: () =>
    `A letter says where its record is from, as topic-partition@offset. Of a log it is the offset there;
of an NDJSON file it is the number of the line, and the first line is 0.`,
  run: async (args, terminal) => {
    const [action = ''] = args.words
    const act = ACTIONS[action as keyof typeof ACTIONS]
    if (!act) throw unknownAction(action)
    await act(args, terminal)
  },
}

const unknownAction = (action: string): UsageError => {
  const near = suggestionFor(action, Object.keys(ACTIONS))
  return new UsageError(`say list, show or redrive${near ? `; did you mean ${near}?` : ''}`)
}

const list = async (args: Arguments, terminal: Terminal): Promise<void> => {
  args.wordsAtMost(1)
  const limit = args.count('limit', 1) ?? 50
  const shown: NumberedLetter[] = []
  const filter = new LetterFilter(args)
  let matching = 0
  for await (const each of lettersAt(placeOf(args))) {
    if (filter.lets(each) && ++matching <= limit) shown.push(each)
  }
  if (matching === 0) filter.refuseUnknown()
  if (args.has('json')) return terminal.print(JSON.stringify(shown.map(plain)))
  if (matching === 0) return terminal.print('No dead letters.')
  const more = matching > limit ? `, of which ${limit} are shown (--limit)` : ''
  terminal.print(`${counted(matching, 'dead letter')}${more}:\n${listOf(shown)}`)
}

const show = async (args: Arguments, terminal: Terminal): Promise<void> => {
  args.wordsAtMost(2)
  const [wanted] = numbersOf(args)
  if (wanted === undefined) throw new UsageError('say which, by its number in the list')
  for await (const each of lettersAt(placeOf(args))) {
    if (each.number !== wanted) continue
    return terminal.print(args.has('json') ? JSON.stringify(plain(each)) : fullText(each))
  }
  throw noSuch(wanted)
}

const putBack = async (args: Arguments, terminal: Terminal): Promise<void> => {
  const letters = await chosen(args)
  const edit = args.text('edit')
  if (edit !== undefined && letters.length !== 1) {
    throw new UsageError('--edit mends one record: give the number of one letter')
  }
  const mended = edit === undefined ? null : await editOf(edit)
  const place = targetOf(args)
  const to = await (place.kind === 'log' ? redriveToLog(place.path) : redriveToNdjson(place.path))
  try {
    const report = await redrive({ letters, to, again: args.has('again'), mended })
    terminal.print(
      args.has('json') ? JSON.stringify(plainReport(report)) : reportText(report, place),
    )
    if (report.refused.length > 0) throw someRefused(report)
  } finally {
    await to.close()
  }
}

const ACTIONS = { list, show, redrive: putBack }

const placeOf = (args: Arguments): Place => {
  const from = args.text('from')
  return from === undefined
    ? { kind: 'log', path: logIn(args.text('data') ?? '.millrace') }
    : sourceOf(from)
}

/** A data directory has its log in a folder; what `replay --to log:` writes is one itself. */
const logIn = (dir: string): string =>
  existsSync(join(dir, 'millrace.json')) ? join(dir, 'log') : dir

const targetOf = (args: Arguments): Place => {
  const to = args.text('to')
  if (to !== undefined) return sourceOf(to)
  const place = placeOf(args)
  if (place.kind === 'log') return place
  throw new UsageError('say with --to where the records were read from: ndjson:DIR or log:DIR')
}

const numbersOf = ({ words }: Arguments): number[] =>
  words.slice(1).map(word => {
    if (/^[1-9]\d{0,14}$/.test(word)) return Number(word)
    throw new UsageError(`${word} is no number of a dead letter`)
  })

const chosen = async (args: Arguments): Promise<NumberedLetter[]> => {
  const numbers = new Set(numbersOf(args))
  const isAll = args.has('all')
  if (isAll === numbers.size > 0) throw new UsageError('give numbers of letters, or --all')
  const filter = new LetterFilter(args)
  const letters: NumberedLetter[] = []
  for await (const each of lettersAt(placeOf(args))) {
    if (isAll ? filter.lets(each) : numbers.delete(each.number)) letters.push(each)
  }
  if (isAll && letters.length === 0) filter.refuseUnknown()
  for (const missing of numbers) throw noSuch(missing)
  return letters
}

const editOf = (path: string): Promise<Buffer> =>
  readFile(path).catch(cause => {
    throw new MillraceError('INPUT_MISSING', `${path} cannot be read. Check the path.`, { cause })
  })

const noSuch = (number: number): MillraceError =>
  new MillraceError(
    'INPUT_MISSING',
    `there is no dead letter ${number}. See which there are with list.`,
  )

const someRefused = ({ refused }: RedriveReport): MillraceError =>
  new MillraceError('REJECTED', `${counted(refused.length, 'letter')} stayed: see above why.`)

const listOf = (letters: readonly NumberedLetter[]): string =>
  tableOf(
    [
      { title: 'no.', align: 'right' },
      { title: 'topic-partition@offset' },
      { title: 'stage' },
      { title: 'code' },
      { title: 'pipeline' },
      { title: 'error' },
    ],
    letters.map(({ number, letter }) => [
      String(number),
      placeText(letter),
      letter.stage,
      letter.errorCode,
      letter.pipelineId ?? '-',
      shortened(letter.error, 70),
    ]),
  )

const placeText = ({ topic, partition, offset }: NumberedLetter['letter']): string =>
  `${topic}-${partition}@${offset}`

/** Every field, then the record itself. */
const fullText = ({ number, letter }: NumberedLetter): string => {
  const { payload, headers, ...fields } = letter
  const rows = [
    ['number', String(number)],
    ...Object.entries(fields).map(([name, value]) => [name, String(value ?? '-')]),
    ...Object.entries(headers).map(([name, value]) => [`header ${name}`, value]),
    ['payload', counted(payload.length, 'byte')],
  ]
  const width = Math.max(...rows.map(([name]) => name!.length))
  const lines = rows.map(([name, value]) => `${name!.padEnd(width)}  ${value}`)
  return [...lines, '', payloadText(payload)].join('\n')
}

const plain = ({ number, letter }: NumberedLetter) => ({
  number,
  ...letter,
  payload: letter.payload.toString('base64'),
})

const plainReport = ({ redriven, ...rest }: RedriveReport) => ({
  redriven: redriven.flatMap(({ numbers }) => numbers),
  ...rest,
})

const reportText = ({ redriven, alreadyThere, refused }: RedriveReport, { kind, path }: Place) => {
  const lines = redriven.map(
    ({ numbers, topic }) =>
      `Put back no. ${numbers.join(', ')} onto ${topic.name} in ${kind}:${path}.`,
  )
  if (alreadyThere.length > 0) {
    lines.push(`Put back before, so left: no. ${alreadyThere.join(', ')} (--again puts back anew).`)
  }
  for (const { number, why } of refused) lines.push(`Left no. ${number}: ${why}`)
  return lines.length === 0 ? 'No dead letters.' : lines.join('\n')
}
