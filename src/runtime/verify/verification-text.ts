import { differenceText } from '../../replay/verify/difference.ts'
import type { Verification, VerifiedSlice } from '../../replay/verify/verify-options.ts'
import { counted, numberText, tableOf } from '../command-line/table.ts'

/** What was verified and how it came out, for people. */
export const verificationText = (verification: Verification): string =>
  [slicesTable(verification), notes(verification), verdict(verification)]
    .filter(part => part !== '')
    .join('\n\n')

const slicesTable = ({ slices }: Verification): string =>
  tableOf(
    [
      { title: 'slice', align: 'right' },
      { title: 'from commit', align: 'right' },
      { title: 'to commit', align: 'right' },
      { title: 'entries of state', align: 'right' },
    ],
    slices.map(rowOf),
  )

const rowOf = ({ slice, fromEpoch, toEpoch, stateEntries }: VerifiedSlice): string[] => {
  if (toEpoch < fromEpoch && fromEpoch === 1) return [`${slice}`, '-', '-', '-']
  const state = stateEntries === null ? 'not compared' : numberText(stateEntries)
  return [`${slice}`, numberText(fromEpoch), numberText(toEpoch), state]
}

const notes = ({ guarantee, repeated, passedOver, removed }: Verification): string => {
  const lines: string[] = []
  if (guarantee === 'at-least-once') {
    lines.push(`At least once: ${counted(repeated, 'record')} there again in the same bytes.`)
  }
  if (passedOver > 0) lines.push(`Passed over: ${counted(passedOver, 'record')}, ${WHICH}.`)
  if (removed > 0) lines.push(`Removed by retention or compaction: ${counted(removed, 'record')}.`)
  return lines.join('\n')
}

const WHICH = 'of commits that were not verified or of others, or that repeat a watermark'

const verdict = (verification: Verification): string => {
  const { commits, records, outputs, parcels, differences, first } = verification
  const done =
    `${counted(commits, 'commit')} with ${counted(records, 'record')} executed again: ` +
    `${counted(outputs, 'result')}, ${counted(parcels, 'parcel')}, `
  if (first === null) return `${done}0 differences.`
  return `${done}${counted(differences, 'difference')}. The first:\n  ${differenceText(first)}`
}
