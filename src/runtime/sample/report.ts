/** The sample's results, for somebody who sees them for the first time. */
import type { LifecycleSegment } from '../../events.ts'
import { LIFECYCLE_STAGES } from '../../models/lifecycle-stage.ts'
import { momentText } from '../command-line/moment.ts'
import { numberText, shortened, tableOf } from '../command-line/table.ts'
import type { SampleFindings } from './findings.ts'
import type { SampleFolders } from './write-sample.ts'

/** @param until within the sample, in ms since 1970: a day on which another replay can end */
export const reportOf = (findings: SampleFindings, folders: SampleFolders, until: number): string =>
  [
    `Where people stand, at the end of the sample:\n${standings(findings.people)}`,
    `The ten orders and logins that look most like fraud:\n${suspects(findings)}`,
    `Actions: ${[...findings.actions].map(([action, count]) => `${action} ${numberText(count)}`).join(', ')}`,
    broken(findings),
    next(folders, dayText(until)),
  ].join('\n\n')

const ACTIVITIES = ['ACTIVE', 'AT_RISK', 'DORMANT', 'LOST', 'REACTIVATED'] as const

/** People by stage and activity, and what they are worth by now. */
const standings = (people: readonly LifecycleSegment[]): string => {
  const columns = [...ACTIVITIES, 'people', 'spent, EUR']
  const rows = LIFECYCLE_STAGES.map(stage => {
    const here = people.filter(person => person.stage === stage)
    const counts = ACTIVITIES.map(activity => here.filter(one => one.activity === activity).length)
    const spentMinor = here.reduce((sum, person) => sum + spentMinorOf(person), 0)
    const cells = [...counts, here.length, Math.round(spentMinor / 100)]
    return [stage, ...cells.map(numberText)]
  })
  return tableOf(
    [{ title: 'stage' }, ...columns.map(title => ({ title, align: 'right' }) as const)],
    rows,
  )
}

/** Mean worth of a purchase day, times the days with one. */
const spentMinorOf = ({ monetaryMinor, frequency }: LifecycleSegment): number =>
  monetaryMinor === null ? 0 : monetaryMinor * (frequency + 1)

const suspects = ({ suspects }: SampleFindings): string =>
  tableOf(
    [
      { title: 'score', align: 'right' },
      { title: 'action' },
      { title: 'what' },
      { title: 'when' },
      { title: 'why' },
    ],
    suspects.map(({ score, action, subjectType, subjectId, occurredAt, reasons }) => [
      score.toFixed(3),
      action,
      `${subjectType} ${subjectId}`,
      momentText(occurredAt),
      reasons
        .slice(0, 2)
        .map(({ detail }) => detail)
        .join(' '),
    ]),
  )

const broken = ({ deadLetter }: SampleFindings): string =>
  deadLetter === undefined
    ? 'Every record could be read.'
    : `One line was cut off on its way. Nothing vanishes, so it is kept as a dead letter:\n  ${
        deadLetter.errorCode
      }, ${deadLetter.topic} line ${deadLetter.offset + 1}: ${shortened(deadLetter.error, 120)}`

const dayText = (at: number): string => momentText(at).slice(0, 10)

const next = ({ events, results }: SampleFolders, until: string): string =>
  `What to do next:
  npx millrace dead-letters show 1 --from ndjson:${results}
  npx millrace replay --from ndjson:${events} --to ndjson:${results}-to-${until} --until ${until}
  grep -m 3 TRAVEL ${results}/fraud-scores.ndjson`
