import { readFile } from 'node:fs/promises'
import { MillraceError } from '../../engine/errors.ts'
import { suggestionFor } from '../../engine/schema/suggestion.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Command } from '../command-line/command.ts'
import { counted, shortened, tableOf } from '../command-line/table.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { configOption } from '../configured/config-option.ts'
import { type LetterPlace, openLetters, openRedrive } from '../dead-letters/letter-place.ts'
import type { NumberedLetter } from '../dead-letters/letters.ts'
import { payloadText } from '../dead-letters/payload-text.ts'
import { type RedriveReport, redrive } from '../dead-letters/redrive.ts'
import { redriveIdOf } from '../dead-letters/redriven-memory.ts'
import { LetterFilter } from './letter-filter.ts'

export const deadLettersCommand: Command = {
  name: 'dead-letters',
  summary: 'See records that could not be read or handled, and put them back.',
  usage: [
    'dead-letters list [--config FILE | --from SOURCE] [--code C] [--topic T] [--pipeline P] [--limit N]',
    'dead-letters show N [--config FILE | --from SOURCE]',
    'dead-letters redrive N… | --all [--config FILE | --from SOURCE] [--to TARGET] [--edit FILE] [--again]',
  ],
  options: [
    { name: 'from', value: 'SOURCE', help: "A run's results: ndjson:DIR or log:DIR." },
    { name: 'data', value: 'DIR', help: 'A data directory, or a log. Default: .millrace' },
    configOption('Those of the application of this configuration, on Kafka.'),
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
of an NDJSON file it is the number of the line, and the first line is 0. Of letters in a log it is told
whether their records were put back onto its topics.

With --config records go back onto the partition they were in, with the key they had, or with those that
mended key fields make, in one transaction with the memory of it: whoever puts them back again puts back nothing, and of two that do it at once, one
does. The run may go on meanwhile. Mend first what failed, since a record that fails again is a new letter.`,
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
  const redriven = await eachLetter(args, terminal, each => {
    if (filter.lets(each) && ++matching <= limit) shown.push(each)
    return false
  })
  if (matching === 0) filter.refuseUnknown()
  if (args.has('json'))
    return terminal.print(JSON.stringify(shown.map(each => plain(each, redriven))))
  if (matching === 0) return terminal.print('No dead letters.')
  const more = matching > limit ? `, of which ${limit} are shown (--limit)` : ''
  terminal.print(`${counted(matching, 'dead letter')}${more}:\n${listOf(shown, redriven)}`)
}

const show = async (args: Arguments, terminal: Terminal): Promise<void> => {
  args.wordsAtMost(2)
  const [wanted] = numbersOf(args)
  if (wanted === undefined) throw new UsageError('say which, by its number in the list')
  let found: NumberedLetter | null = null
  const redriven = await eachLetter(args, terminal, each => {
    if (each.number === wanted) found = each
    return found !== null
  })
  if (found === null) throw noSuch(wanted)
  terminal.print(
    args.has('json') ? JSON.stringify(plain(found, redriven)) : fullText(found, redriven),
  )
}

/** As a place tells them; null where it does not. */
type Redriven = ReadonlySet<string> | null

/** Until `see` says that it has seen enough. Gives the ids of what was put back. */
const eachLetter = async (
  args: Arguments,
  terminal: Terminal,
  see: (letter: NumberedLetter) => boolean,
): Promise<Redriven> => {
  const place = await openLetters(args, terminal)
  try {
    for await (const each of place.letters()) if (see(each)) break
    return await place.redriven()
  } finally {
    await place.close()
  }
}

const putBack = async (args: Arguments, terminal: Terminal): Promise<void> => {
  checkChoice(args)
  const edit = args.text('edit')
  const mended = edit === undefined ? null : await editOf(edit)
  const place = await openRedrive(args, terminal)
  try {
    const letters = await chosen(args, place)
    if (mended !== null && letters.length !== 1) throw new UsageError(ONE_EDIT)
    const writers = await place.writers(letters)
    const again = args.has('again')
    const more = writers === undefined ? {} : { writers }
    const now = terminal.wallNow()
    const report = await redrive({ letters, to: place.to, again, mended, now, ...more })
    terminal.print(
      args.has('json') ? JSON.stringify(plainReport(report)) : reportText(report, place.name),
    )
    if (report.refused.length > 0) throw someRefused(report)
  } finally {
    await place.close()
  }
}

const ONE_EDIT = '--edit mends one record: give the number of one letter'

const ACTIONS = { list, show, redrive: putBack }

const numbersOf = ({ words }: Arguments): number[] =>
  words.slice(1).map(word => {
    if (/^[1-9]\d{0,14}$/.test(word)) return Number(word)
    throw new UsageError(`${word} is no number of a dead letter`)
  })

/** Before anything is opened. */
const checkChoice = (args: Arguments): void => {
  const numbers = new Set(numbersOf(args))
  if (args.has('all') === numbers.size > 0) {
    throw new UsageError('give numbers of letters, or --all')
  }
  if (args.has('edit') && numbers.size > 1) throw new UsageError(ONE_EDIT)
}

const chosen = async (args: Arguments, place: LetterPlace): Promise<NumberedLetter[]> => {
  const numbers = new Set(numbersOf(args))
  const isAll = args.has('all')
  const filter = new LetterFilter(args)
  const letters: NumberedLetter[] = []
  for await (const each of place.letters()) {
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

const listOf = (letters: readonly NumberedLetter[], redriven: Redriven): string =>
  tableOf(
    [
      { title: 'no.', align: 'right' },
      { title: 'topic-partition@offset' },
      { title: 'stage' },
      { title: 'code' },
      { title: 'pipeline' },
      ...(redriven === null ? [] : [{ title: 'put back' }]),
      { title: 'error' },
    ],
    letters.map(({ number, letter }) => [
      String(number),
      placeText(letter),
      letter.stage,
      letter.errorCode,
      letter.pipelineId ?? '-',
      ...(redriven === null ? [] : [redriven.has(redriveIdOf(letter)) ? 'yes' : '-']),
      shortened(letter.error, 70),
    ]),
  )

const placeText = ({ topic, partition, offset }: NumberedLetter['letter']): string =>
  `${topic}-${partition}@${offset}`

/** Every field, then the record itself. */
const fullText = ({ number, letter }: NumberedLetter, redriven: Redriven): string => {
  const { payload, headers, ...fields } = letter
  const rows = [
    ['number', String(number)],
    ...(redriven === null ? [] : [['put back', redriven.has(redriveIdOf(letter)) ? 'yes' : 'no']]),
    ...Object.entries(fields).map(([name, value]) => [name, String(value ?? '-')]),
    ...Object.entries(headers).map(([name, value]) => [`header ${name}`, value]),
    ['payload', counted(payload.length, 'byte')],
  ]
  const width = Math.max(...rows.map(([name]) => name!.length))
  const lines = rows.map(([name, value]) => `${name!.padEnd(width)}  ${value}`)
  return [...lines, '', payloadText(payload)].join('\n')
}

const plain = ({ number, letter }: NumberedLetter, redriven: Redriven) => ({
  number,
  ...letter,
  redriven: redriven?.has(redriveIdOf(letter)) ?? null,
  payload: letter.payload.toString('base64'),
})

const plainReport = ({ redriven, ...rest }: RedriveReport) => ({
  redriven: redriven.flatMap(({ numbers }) => numbers),
  ...rest,
})

const reportText = ({ redriven, alreadyThere, refused }: RedriveReport, place: string): string => {
  const lines = redriven.map(
    ({ numbers, topic }) => `Put back no. ${numbers.join(', ')} onto ${topic.name} in ${place}.`,
  )
  if (alreadyThere.length > 0) {
    lines.push(`Put back before, so left: no. ${alreadyThere.join(', ')} (--again puts back anew).`)
  }
  for (const { number, why } of refused) lines.push(`Left no. ${number}: ${why}`)
  return lines.length === 0 ? 'No dead letters.' : lines.join('\n')
}
