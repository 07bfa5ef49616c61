import type { FraudLabel, FraudScore } from '../../events.ts'
import { knownWriters } from '../../logs/known-writers.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Command } from '../command-line/command.ts'
import { momentText } from '../command-line/moment.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { configOption } from '../configured/config-option.ts'
import { openLogToWrite } from '../configured/log-to-write.ts'
import { type FiledLabel, fileLabel } from '../labels/file-label.ts'
import { SCORES_SEARCHED, scoreOfOrder } from '../labels/score-of-order.ts'

export const labelCommand: Command = {
  name: 'label',
  summary: "File an analyst's verdict on an order: fraud, or not.",
  usage: ['label ORDER --fraud | --not-fraud [--at T] [--data DIR | --config FILE] [--json]'],
  options: [
    { name: 'fraud', help: 'The order was fraud.' },
    { name: 'not-fraud', help: 'It was not; this also takes an earlier verdict back.' },
    { name: 'at', value: 'T', help: 'When that became known. Default: now' },
    { name: 'data', value: 'DIR', help: 'A data directory. Default: .millrace' },
    configOption('The application of this configuration, on Kafka.'),
    { name: 'json', help: 'Print the answer as JSON.' },
  ],
  details: () =>
    `Appends one record to the topic fraud-labels, with the source ANALYST. fraud-outcomes tells from it what
became of the order, the model learns that, and later scores know it of the customer, the card, the device, the
addresses and the merchant. A run that goes on takes it at once; an embedded one when it is started next, as
nothing else may have its directory open now.

The same verdict again files nothing; the other one corrects it. A verdict on an order that was not scored lately
is filed all the same, and said to be one: check the id.`,
  run: async (args, terminal) => {
    args.wordsAtMost(1)
    const { orderId, isFraud, occurredAt } = verdictOf(args, terminal)
    const { log, schemas, formatOf } = await openLogToWrite(args, terminal, 'label')
    try {
      const writers = schemas?.writers ?? knownWriters
      const as = { format: formatOf('fraud-labels'), hasRegistry: schemas !== null }
      const filed = await fileLabel(log, { orderId, isFraud, occurredAt, writers, ...as })
      const score = await scoreOfOrder(log, orderId, writers)
      terminal.print(args.has('json') ? jsonOf(filed, score) : textOf(filed, score))
    } finally {
      await log.close()
    }
  },
}

const verdictOf = (args: Arguments, { wallNow }: Terminal) => {
  const [orderId] = args.words
  if (orderId === undefined || orderId === '') throw new UsageError('say which: the id of an order')
  const isFraud = args.has('fraud')
  if (isFraud === args.has('not-fraud')) throw new UsageError('say --fraud or --not-fraud')
  const now = wallNow()
  const occurredAt = args.moment('at') ?? now
  if (occurredAt > now) throw new UsageError('--at is ahead: say when it became known, up to now')
  return { orderId, isFraud, occurredAt }
}

const jsonOf = ({ label, isNew, before }: FiledLabel, score: FraudScore | null): string => {
  const scored = score && {
    score: score.score,
    action: score.action,
    occurredAt: score.occurredAt,
  }
  return JSON.stringify({ ...label, isNew, before, scored })
}

const textOf = (filed: FiledLabel, score: FraudScore | null): string =>
  `${filedText(filed)}\n${scoredText(filed.label, score)}`

const filedText = ({ label, isNew, before }: FiledLabel): string => {
  if (!isNew) return `Nothing to file: ${saidText(label)}, in ${label.eventId}.`
  const changed = before === null ? '' : ` Until now ${saidText(before, 'was')}.`
  return `Filed ${label.eventId}: ${saidText(label)}.${changed}`
}

const saidText = (
  { orderId, isFraud, source, occurredAt }: FraudLabel,
  verb: 'is' | 'was' = 'is',
): string =>
  `${orderId} ${verb} ${isFraud ? 'fraud' : 'not fraud'} by ${WHO[source]} of ${momentText(occurredAt)}`

const WHO: Readonly<Record<FraudLabel['source'], string>> = {
  ANALYST: "an analyst's verdict",
  CHARGEBACK: 'a chargeback',
  CUSTOMER: "the customer's word",
  EXPIRED: 'an expiry, as nobody had complained,',
  UNKNOWN: 'a label of a source that is not known here,',
}

const scoredText = ({ orderId }: FraudLabel, score: FraudScore | null): string =>
  score === null
    ? `There is no ${orderId} among the newest ${SCORES_SEARCHED.toLocaleString('en')} scores of its ` +
      'partition: check the id.'
    : `It was scored ${score.score.toFixed(4)}, ${score.action}, at ${momentText(score.occurredAt)}.`
