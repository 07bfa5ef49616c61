import { knownWriters } from '../../logs/known-writers.ts'
import type { Command } from '../command-line/command.ts'
import { counted } from '../command-line/table.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { configOption } from '../configured/config-option.ts'
import { openLogToWrite } from '../configured/log-to-write.ts'
import { type AskedErasure, askErasure } from '../erasure/ask-erasure.ts'
import { visitorsOf } from '../erasure/visitors-of.ts'

export const eraseCommand: Command = {
  name: 'erase',
  summary: 'Let all pipelines forget a person.',
  usage: ['erase USER [--visitor ID…] [--data DIR | --config FILE] [--json]'],
  options: [
    {
      name: 'visitor',
      value: 'ID',
      several: true,
      help: 'More browsers and apps of the person, beside those that are known.',
    },
    { name: 'data', value: 'DIR', help: 'A data directory. Default: .millrace' },
    configOption('The application of this configuration, on Kafka.'),
    { name: 'json', help: 'Print the answer as JSON.' },
  ],
  details: () =>
    `Appends one record to the topic erasures, with the visitors that identity-merges has found to be this
user. Pipelines that keep anything of the person forget it as they come to that record: a run that goes on at
once, an embedded one when it is started next, as nothing else may have its directory open now.

It is about what pipelines know from then on. Records of topics and rows of tables that are there stay, until
their retention ends or somebody deletes them; fraud-scores keeps what it knows (docs/decisions/0031).`,
  run: async (args, terminal) => {
    args.wordsAtMost(1)
    const [userId] = args.words
    if (userId === undefined || userId === '') throw new UsageError('say who: the id of a user')
    const place = await openLogToWrite(args, terminal, 'erase')
    try {
      const known = await visitorsOf(place.log, userId, place.schemas?.writers ?? knownWriters)
      const visitorIds = [...new Set([...known, ...args.texts('visitor')])].sort()
      const asked = await askErasure(place.log, {
        userId,
        visitorIds,
        now: terminal.wallNow(),
        format: place.formatOf('erasures'),
        hasRegistry: place.schemas !== null,
      })
      const answer = { userId, visitorIds, ...asked }
      terminal.print(args.has('json') ? JSON.stringify(answer) : textOf(answer))
    } finally {
      await place.log.close()
    }
  },
}

const textOf = (
  answer: AskedErasure & { userId: string; visitorIds: readonly string[] },
): string => {
  const { userId, visitorIds, topic, partition, eventId } = answer
  const visitors =
    visitorIds.length === 0
      ? 'no visitor is known to be this user'
      : `with ${counted(visitorIds.length, 'visitor')}: ${visitorIds.join(', ')}`
  return `Pipelines will forget ${userId}, ${visitors}.
The record is ${eventId} in ${topic}-${partition}. Topics and tables keep what is in them.`
}
