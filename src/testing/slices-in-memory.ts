/** For tests: an application in slices with nothing but arrays between them, each step by hand. */

import { Application, END_OF_TIME, type Limits } from '../engine/application.ts'
import type { CommitUnit, Output } from '../engine/commit.ts'
import { partitionName } from '../engine/partition-name.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { Topic } from '../engine/topic.ts'
import { deadLetters, lateEvents } from '../events.ts'

interface Options {
  readonly slices?: number
  /** Of each source topic. Default one for each slice. */
  readonly partitions?: number
  readonly limits?: Partial<Limits>
  readonly repeats?: boolean
}

export class SlicesInMemory {
  readonly applications: readonly Application[]
  readonly outputs: Output[] = []
  readonly units: CommitUnit[] = []
  /** What was sent to each slice and not received yet. */
  readonly parcels: Buffer[][]
  readonly #offsets = new Map<string, number>()

  constructor(pipelines: readonly Pipeline[], options: Options = {}) {
    const { slices: count = 2, partitions = count, limits = {}, repeats = false } = options
    this.parcels = Array.from({ length: count }, () => [])
    this.applications = this.parcels.map(
      (_, index) =>
        new Application({
          pipelines,
          slice: { index, count, repeats },
          sourcePartitions: () => partitions,
          mode: 'live',
          lateEvents,
          deadLetters,
          limits,
        }),
    )
  }

  /** To the slice that reads the partition. */
  send<T>(topic: Topic<T>, partition: number, record: object, redrivenFor: string | null = null) {
    const application = this.applications[partition % this.applications.length]!
    const offset = this.#next(partitionName(topic.name, partition))
    const value = Buffer.from(JSON.stringify(record))
    const at = { topic: topic.name, partition, offset, timestampMs: END_OF_TIME, key: null }
    application.take(application.decode({ ...at, format: 'json', value, redrivenFor }))
  }

  tick(topic: Topic<unknown>, at: number): void {
    this.applications.forEach((application, partition) => {
      application.tick(at, [{ topic: topic.name, partition }])
    })
  }

  commit(slice: number): CommitUnit {
    const unit = this.applications[slice]!.commit()
    this.units.push(unit)
    this.outputs.push(...unit.outputs)
    for (const { to, value } of unit.parcels) this.parcels[to]!.push(value)
    return unit
  }

  /** Takes what was sent to it; given twice, also what was taken before. */
  receive(slice: number, parcels: readonly Buffer[] = this.parcels[slice]!.splice(0)): void {
    for (const value of parcels) {
      this.applications[slice]!.take({
        exchange: 'exchange',
        partition: slice,
        offset: this.#next(`exchange|${slice}`),
        timestampMs: 0,
        value,
        topic: null,
        event: null,
      })
    }
  }

  /** Until nobody has anything for another any more. */
  settle(): void {
    do {
      this.applications.forEach((application, slice) => {
        this.receive(slice)
        if (application.isDirty) this.commit(slice)
      })
    } while (this.parcels.some(waiting => waiting.length > 0))
  }

  /** Records of a topic that were put out, by any slice. */
  resultsOf<T>(topic: Topic<T>): readonly T[] {
    return this.outputs.filter(o => o.topic.name === topic.name).map(o => o.record as T)
  }

  #next(source: string): number {
    const offset = this.#offsets.get(source) ?? 0
    this.#offsets.set(source, offset + 1)
    return offset
  }
}
