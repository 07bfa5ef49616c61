/** Where a re-executed past and the log are not the same. */

export interface Difference {
  /**
   * - `missing`: a result that a commit makes is not in its topic
   * - `doubled`: it is there more often than it is made
   * - `different`: it is there under its `resultId`, in other bytes, under another key or elsewhere
   * - `unexpected`: a record that no commit makes
   * - `parcel`: a record of the exchange is missing, or no commit sends it
   * - `state`: what the changelog says differs from what the commits lead to
   */
  readonly kind: 'missing' | 'doubled' | 'different' | 'unexpected' | 'parcel' | 'state'
  /** null where no commit makes the record. */
  readonly slice: number | null
  readonly epoch: number | null
  readonly topic: string
  readonly partition: number
  /** Where the log has the record; null where it has none. */
  readonly offset: number | null
  readonly resultId: string | null
  readonly key: string | null
  /** The first field that differs, where the two can be compared. */
  readonly field: FieldDifference | null
}

/** Both as text: `log` as the log has it, `again` as it comes out now. */
export interface FieldDifference {
  readonly name: string
  readonly log: string
  readonly again: string
}

/** In one sentence. */
export const differenceText = (difference: Difference): string => {
  const { kind, topic, partition, offset, resultId, key, slice, epoch, field } = difference
  const place = `${topic}-${partition}${offset === null ? '' : `@${offset}`}`
  const commit = epoch === null ? '' : `, commit ${epoch} of slice ${slice}`
  const names = [key === null ? '' : `key ${key}`, resultId === null ? '' : `resultId ${resultId}`]
  const named = names.filter(name => name !== '').join(', ')
  const values = field ? `; ${field.name} is ${field.log}, and comes out as ${field.again}` : ''
  return `${place}: ${SAID[kind]}${named ? ` (${named})` : ''}${commit}${values}`
}

const SAID: Readonly<Record<Difference['kind'], string>> = {
  missing: 'a result is missing',
  doubled: 'a result is there more often than it is made',
  different: 'a result differs',
  unexpected: 'a record that no commit makes',
  parcel: 'the exchange differs from what was sent',
  state: 'the state differs from what the commits lead to',
}
