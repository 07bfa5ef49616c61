/**
 * Snapshots that a run does without where they cannot be saved. The changelog on Kafka has all state: a
 * restore then takes longer, and nothing is lost. Not for a log that is trimmed by its snapshots.
 */
import { type ErrorCode, MillraceError } from '../engine/errors.ts'
import type { Snapshots } from './snapshots.ts'

/** Of a disk that is full, may not be written, or fails. */
const OF_THE_DISK: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'LOG_DISK_FULL',
  'LOG_READ_ONLY',
  'LOG_UNAVAILABLE',
])

/** @param say told once when it begins that none can be saved, and once when it is over */
export const sparedSnapshots = (snapshots: Snapshots, say: (line: string) => void): Snapshots => {
  let isFailing = false
  return {
    ...snapshots,
    async save(label, entries, rest) {
      try {
        const saved = await snapshots.save(label, entries, rest)
        if (isFailing) say('snapshots are saved again')
        isFailing = false
        return saved
      } catch (error) {
        if (!(error instanceof MillraceError) || !OF_THE_DISK.has(error.code)) throw error
        if (!isFailing) say(`${error.code}: ${error.message} ${GOES_ON}`)
        isFailing = true
        // Of nothing: it is tried again when enough has changed, as after a first one.
        return { bytes: 0 }
      }
    },
  }
}

const GOES_ON = 'The run goes on; until one is saved, a restore reads more of the changelog.'
