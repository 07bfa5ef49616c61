/**
 * The exchange against what re-executed commits send. A slice that is taken over tells the others
 * once more how far it has come, which changes nothing: such a parcel may be there, and need not.
 *
 * At least once, how far a slice says it has come is what was lasting by then, which no journal tells. So
 * there parcels are compared without it, and those that say nothing else may be there or not.
 */
import type { SentParcel } from '../../engine/commit.ts'
import { decodeParcel, encodeParcel, type Parcel } from '../../engine/exchange/parcel.ts'
import type { ExpectedRecord } from './expected-records.ts'

export interface ParcelComparison {
  recordOf(partition: number, value: Buffer): ExpectedRecord
  /** Whether a re-executed parcel must be there: a first one may tell what was told before. */
  mustBeSent(parcel: SentParcel, isFirstCommit: boolean): boolean
  /** Tells of the parcels of one partition, in order, which tell nothing new. */
  repetitions(): (value: Buffer) => boolean
}

/** As a guarantee sends them. */
export const parcelsOf = (guarantee: 'exactly-once' | 'at-least-once'): ParcelComparison =>
  guarantee === 'at-least-once' ? REPEATING : EXACT

const EXACT: ParcelComparison = {
  recordOf: (partition, value) => ({ partition, key: null, resultId: null, value }),
  mustBeSent: ({ value }, isFirstCommit) => !(isFirstCommit && isBare(decodeParcel(value))),
  repetitions() {
    /** What each slice last said. */
    const known = new Map<number, string>()
    return value => {
      const parcel = readable(value)
      if (parcel === null) return false
      const told = JSON.stringify(parcel.standings)
      const before = known.get(parcel.from)
      known.set(parcel.from, told)
      return isBare(parcel) && before === told
    }
  },
}

const REPEATING: ParcelComparison = {
  recordOf: (partition, value) => EXACT.recordOf(partition, withoutStandings(value)),
  mustBeSent: ({ value }) => !isBare(decodeParcel(value)),
  repetitions: () => value => {
    const parcel = readable(value)
    return parcel !== null && isBare(parcel)
  },
}

/** What cannot be read is compared as it stands. */
const withoutStandings = (value: Buffer): Buffer => {
  const parcel = readable(value)
  return parcel === null ? value : encodeParcel({ ...parcel, standings: [] })
}

const readable = (value: Buffer): Parcel | null => {
  try {
    return decodeParcel(value)
  } catch {
    return null
  }
}

const isBare = ({ records, deliveries, answers, forgotten }: Parcel): boolean =>
  records.length + deliveries.length + answers.length + forgotten.length === 0
