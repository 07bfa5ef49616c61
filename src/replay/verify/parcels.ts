/**
 * The exchange against what re-executed commits send. A slice that is taken over tells the others
 * once more how far it has come, which changes nothing: such a parcel may be there, and need not.
 */
import type { SentParcel } from '../../engine/commit.ts'
import { decodeParcel, type Parcel } from '../../engine/exchange/parcel.ts'
import type { ExpectedRecord } from './expected-records.ts'

export const parcelRecord = (partition: number, value: Buffer): ExpectedRecord => ({
  partition,
  key: null,
  resultId: null,
  value,
})

/** Whether a re-executed parcel must be there: a first one may tell what was told before. */
export const mustBeSent = ({ value }: SentParcel, isFirstCommit: boolean): boolean =>
  !(isFirstCommit && isBare(decodeParcel(value)))

/** Tells of the parcels of one partition, in order, which tell nothing new. */
export class Repetitions {
  /** What each slice last said. */
  readonly #told = new Map<number, string>()

  /** Also notes it. What cannot be read is nothing that was told before. */
  tellsNothingNew(value: Buffer): boolean {
    const parcel = readable(value)
    if (parcel === null) return false
    const told = JSON.stringify(parcel.standings)
    const before = this.#told.get(parcel.from)
    this.#told.set(parcel.from, told)
    return isBare(parcel) && before === told
  }
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
