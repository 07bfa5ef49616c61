/**
 * A proof as people read it: a line per table and rollup, then each row that is not as it should be, and
 * in the end what all of it says.
 */
import type { RowDifference, TableProof } from '../../sinks/clickhouse/reconcile/reconcile.ts'
import type { RollupProof } from '../../sinks/clickhouse/reconcile/reconcile-rollups.ts'
import { gapText } from '../../sinks/clickhouse/storing/gaps.ts'
import { counted, numberText, shortened, tableOf } from '../command-line/table.ts'
import { differencesOf, isEmptyHanded, isWaiting, type Proof, pendingOf } from './reconcile-data.ts'

export const proofText = (proof: Proof): string =>
  [
    tableTable(proof.tables),
    rollupTable(proof.rollups),
    movingText(proof.moving),
    proof.gaps.map(gapText).join('\n'),
    faults(proof.tables, proof.rollups),
    conclusionOf(proof),
  ]
    .filter(part => part !== '')
    .join('\n\n')

const tableTable = (tables: readonly TableProof[]): string =>
  tableOf(
    [
      { title: 'table' },
      { title: 'records in the log', align: 'right' },
      { title: 'rows', align: 'right' },
      { title: 'verdict' },
      { title: '' },
    ],
    tables.map(proof => [
      proof.table,
      numberText(proof.records),
      numberText(proof.rows),
      isWaiting(proof) ? 'nothing stored yet' : verdictOf(proof),
      besideOf(proof),
    ]),
  )

const rollupTable = (rollups: readonly RollupProof[]): string =>
  rollups.length === 0
    ? ''
    : tableOf(
        [{ title: 'rollup' }, { title: 'rows', align: 'right' }, { title: 'verdict' }],
        rollups.map(proof => [proof.rollup, numberText(proof.rows), verdictOf(proof)]),
      )

const movingText = (moving: readonly string[]): string =>
  moving.length === 0
    ? ''
    : `Rows came in while these rollups were compared, so nothing is said of them: ${moving.join(', ')}.`

const verdictOf = ({ differences }: { readonly differences: number }): string =>
  differences === 0 ? 'proved' : counted(differences, 'difference')

/** Why there may be more records than rows, or more rows than records. */
const besideOf = ({ refused, pending, rowsBeyondRetention, rowsReplaced }: TableProof): string =>
  [
    refused > 0 ? `${counted(refused, 'dead letter')} of the sink` : '',
    pending > 0 ? `${numberText(pending)} not stored yet` : '',
    rowsBeyondRetention > 0 ? `${counted(rowsBeyondRetention, 'older row')}, not in the log` : '',
    rowsReplaced > 0 ? `${counted(rowsReplaced, 'row')} of older values, compacted away` : '',
  ]
    .filter(part => part !== '')
    .join('; ')

const faults = (tables: readonly TableProof[], rollups: readonly RollupProof[]): string =>
  [...tables.flatMap(tableFaults), ...rollups.flatMap(rollupFaults)].join('\n')

const tableFaults = (proof: TableProof): string[] => {
  const { table, missing, doubled, different, unexpected, differences } = proof
  const listed = [...missing, ...doubled, ...different, ...unexpected]
  const lines = listed.map(difference => `${table} ${rowText(difference)}`)
  return [...lines, ...more(table, differences - listed.length)]
}

/** As `0@1234: missing (order-000123)`: partition and offset, and the record's key. */
const rowText = ({ partition, offset, what, key, column }: RowDifference): string => {
  const where = column === undefined ? '' : ` in ${column}`
  return `${partition}@${offset}: ${what}${where}${key === null ? '' : ` (${shortened(key, KEY_MAX)})`}`
}

const rollupFaults = ({ rollup, examples, differences }: RollupProof): string[] => {
  const lines = examples.map(
    ({ what, row }) => `${rollup}: ${what} ${shortened(JSON.stringify(row), ROW_MAX)}`,
  )
  return [...lines, ...more(rollup, differences - examples.length)]
}

const KEY_MAX = 60
const ROW_MAX = 200

const more = (name: string, count: number): string[] =>
  count > 0 ? [`${name}: ${numberText(count)} more`] : []

/** What a whole proof comes to, in a sentence or two. */
const conclusionOf = (proof: Proof): string => {
  const differences = differencesOf(proof)
  if (differences > 0) return `Not proved: ${counted(differences, 'difference')}, see above.`
  const pending = pendingOf(proof)
  if (isEmptyHanded(proof)) {
    return `Nothing is proved: no table has a row, and ${counted(pending, 'record')} of the log ${wait(pending)} to be stored.`
  }
  const waiting = pending > 0 ? ` Not stored yet: ${counted(pending, 'record')} of the log.` : ''
  return `${provedOf(proof)}.${waiting}`
}

const provedOf = ({ tables, rollups }: Proof): string => {
  const there = tables.filter(proof => !isWaiting(proof))
  if (there.length === 0) return 'Nothing to prove yet'
  const rows = counted(
    there.reduce((sum, each) => sum + each.rows, 0),
    'row',
  )
  const has = there.length === 1 ? 'has' : 'have'
  const text = `Proved: ${counted(there.length, 'table')} ${has} exactly what the log makes, ${rows}`
  if (rollups.length === 0) return text
  const theirs = rollups.length === 1 ? 'its table makes' : 'their tables make'
  return `${text}, and ${counted(rollups.length, 'rollup')} what ${theirs}`
}

const wait = (count: number): string => (count === 1 ? 'waits' : 'wait')
