/** What `millrace schemas` prints for people. */
import { tableOf } from '../command-line/table.ts'
import type { SchemaProblem } from '../schema-check.ts'
import type { SubjectCheck, SubjectRegistered } from './registry-check.ts'

export const checkText = (
  problems: readonly SchemaProblem[],
  subjects: readonly SubjectCheck[],
): string => {
  const files = problems.map(({ file, problem }) => `${file}: ${problem}`)
  const sound = problems.length === 0 ? ['All schemas are sound.'] : files
  return [...sound, ...(subjects.length === 0 ? [] : ['', subjectsText(subjects)])].join('\n')
}

const subjectsText = (subjects: readonly SubjectCheck[]): string => {
  const rows = subjects.map(({ subject, version, id, mode, state }) => [
    subject,
    version === null ? '-' : String(version),
    id === null ? '-' : String(id),
    mode,
    state,
  ])
  const columns = [...NUMBERED, { title: 'mode' }, { title: 'schema' }]
  const reasons = subjects.flatMap(({ subject, messages }) =>
    messages.map(message => `${subject}: ${message}`),
  )
  return [tableOf(columns, rows, ''), ...reasons].join('\n')
}

export const registeredText = (registered: readonly SubjectRegistered[]): string => {
  const rows = registered.map(({ subject, version, id, isNew }) => [
    subject,
    String(version),
    String(id),
    isNew ? 'registered' : 'was there',
  ])
  return tableOf([...NUMBERED, { title: 'schema' }], rows, '')
}

const NUMBERED = [
  { title: 'subject' },
  { title: 'version', align: 'right' },
  { title: 'id', align: 'right' },
] as const
