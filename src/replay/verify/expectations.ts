/** What all re-executed commits make, by topic: to be compared with what is in the log. */
import type { CommitUnit, Output } from '../../engine/commit.ts'
import { partitionOf } from '../../engine/hash.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { resultRecord } from '../../logs/application-log.ts'
import { type ExpectedRecord, ExpectedRecords } from './expected-records.ts'
import type { ParcelComparison } from './parcels.ts'

export class Expectations {
  /** By topic; that of the exchange by its own name. */
  readonly byTopic = new Map<string, ExpectedRecords>()
  outputs = 0
  parcels = 0
  readonly #partitions: ReadonlyMap<string, number>
  readonly #exchange: string
  readonly #comparison: ParcelComparison

  constructor(
    topics: readonly AnyTopic[],
    partitions: ReadonlyMap<string, number>,
    exchange: string,
    comparison: ParcelComparison,
  ) {
    this.#partitions = partitions
    this.#exchange = exchange
    this.#comparison = comparison
    for (const { name } of topics) this.byTopic.set(name, new ExpectedRecords())
    this.byTopic.set(exchange, new ExpectedRecords())
  }

  add(slice: number, unit: CommitUnit, isFirst: boolean): void {
    for (const output of unit.outputs) {
      const expected = expectedOf(output, this.#partitions)
      this.byTopic.get(output.topic.name)!.add(expected, slice, unit.epoch)
    }
    this.outputs += unit.outputs.length
    for (const parcel of unit.parcels) {
      const made = this.#comparison.mustBeSent(parcel, isFirst) ? 1 : 0
      const record = this.#comparison.recordOf(parcel.to, parcel.value)
      this.byTopic.get(this.#exchange)!.add(record, slice, unit.epoch, made)
    }
    this.parcels += unit.parcels.length
  }
}

/** The record that a commit makes of an output, and where it belongs. */
export const expectedOf = (
  output: Output,
  partitions: ReadonlyMap<string, number>,
): ExpectedRecord => {
  const { key, value } = resultRecord(output)
  const partition = partitionOf(output.key ?? '', partitions.get(output.topic.name) ?? 1)
  return { partition, key, resultId: output.resultId, value: value! }
}
