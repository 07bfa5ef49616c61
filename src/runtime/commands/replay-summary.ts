import { dirname } from 'node:path'
import { momentText } from '../command-line/moment.ts'
import { counted, numberText, tableOf } from '../command-line/table.ts'
import type { RunReplayResult } from '../run-replay.ts'
import type { ResultCount } from '../run-results.ts'

/** What a replay did, for people. */
export const summaryOf = (result: RunReplayResult, results: readonly ResultCount[]): string =>
  [
    overall(result),
    pipelineTable(result),
    learnerTable(result),
    whereabouts(results),
    deadLetterHint(result, results),
  ]
    .filter(part => part !== '')
    .join('\n\n')

const OUTCOMES = {
  finished: 'finished',
  stopped: 'was stopped and can go on',
  'was-finished': 'had finished before, and there is nothing new to read',
} as const

const overall = ({ runId, outcome, records, at, unreadable }: RunReplayResult): string => {
  const reached = at === null ? '' : `, up to ${momentText(at)}`
  const broken = unreadable > 0 ? `; ${counted(unreadable, 'of them', 'of them')} unreadable` : ''
  return `Run ${runId} ${OUTCOMES[outcome]}: ${counted(records, 'record')}${reached}${broken}.`
}

const COUNTERS = [
  ['taken', 'taken'],
  ['results', 'results'],
  ['duplicates', 'duplicates'],
  ['late', 'late'],
  ['lateHandled', 'handled late'],
  ['refused', 'refused'],
  ['failed', 'failed'],
  ['unkeyed', 'unkeyed'],
] as const

const pipelineTable = ({ pipelines }: RunReplayResult): string =>
  tableOf(
    [{ title: 'pipeline' }, ...COUNTERS.map(([, title]) => ({ title, align: 'right' }) as const)],
    Object.entries(pipelines).map(([id, counters]) => [
      id,
      ...COUNTERS.map(([name]) => numberText(counters[name])),
    ]),
  )

const learnerTable = ({ learners }: RunReplayResult): string => {
  const rows = Object.entries(learners)
  if (rows.length === 0) return ''
  const columns = ['published', 'refused', 'failed'] as const
  return tableOf(
    [{ title: 'learner' }, ...columns.map(title => ({ title, align: 'right' }) as const)],
    rows.map(([id, counts]) => [id, ...columns.map(name => numberText(counts[name]))]),
  )
}

const whereabouts = (results: readonly ResultCount[]): string =>
  results.length === 0
    ? ''
    : tableOf(
        [{ title: 'results' }, { title: 'records', align: 'right' }, { title: 'in' }],
        results.map(({ topic, records, at }) => [topic, numberText(records), at]),
      )

/** How to see what failed; where nothing is kept, how to keep it. */
const deadLetterHint = (result: RunReplayResult, results: readonly ResultCount[]): string => {
  const kept = results.find(({ topic }) => topic === 'dead-letters')
  if (kept === undefined) {
    const lost = deadIn(result)
    return lost === 0
      ? ''
      : `${counted(lost, 'record')} could not be read or handled. Where results are kept, as with ` +
          '--to ndjson:DIR, they are in dead-letters, and `npx millrace dead-letters` tells why.'
  }
  if (kept.records === 0) return ''
  const place = kept.at.startsWith('log:') ? kept.at : `ndjson:${dirname(kept.at)}`
  return `${counted(kept.records, 'dead letter')}: see them with\n  npx millrace dead-letters list --from ${place}`
}

const deadIn = ({ unreadable, pipelines }: RunReplayResult): number =>
  Object.values(pipelines).reduce((sum, { refused, failed }) => sum + refused + failed, unreadable)
