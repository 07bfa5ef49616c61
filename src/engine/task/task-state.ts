import type { Arrival } from '../arrival.ts'
import type { ChangelogEntry } from '../commit.ts'
import type { Pipeline } from '../pipeline.ts'
import { CARRIED, type Carried, carriedOf } from './carried.ts'
import { type Delivery, heldName } from './delivery.ts'
import type { Gathering } from './gathering.ts'
import type { InputPlan } from './plan.ts'
import { Restoring } from './restoring.ts'
import type { SharedPart } from './shared-part.ts'
import type { Task } from './task.ts'

/** Everything of a pipeline that is saved. */
export interface Saveable {
  readonly pipeline: Pipeline
  readonly inputs: readonly InputPlan[]
  readonly tasks: readonly Task[]
  /** One per task; none where the pipeline does not scatter. */
  readonly gatherings: readonly Gathering[]
  /** Saved with the first task. */
  readonly shared: readonly SharedPart[]
  encode(arrival: Arrival): Buffer
  revive(carried: Carried): Arrival
}

/**
 * The state of one task as entries of its changelog, and back.
 *
 *   l:<hash>  a layout of keyed state     h:<name>  a held record     m: r: a: d:  shared parts
 *   k:<key>   a key                       g:<id>    an open gather
 */
export class TaskState {
  readonly #of: Saveable
  readonly #partition: number
  readonly #task: Task
  #layoutIsSaved = false

  constructor(of: Saveable, partition: number) {
    this.#of = of
    this.#partition = partition
    this.#task = of.tasks[partition]!
  }

  /**
   * What changed since the last commit. First what records did, then that they were there: where a
   * log without transactions is cut off in between, they are taken once more and not left out.
   */
  commit(): ChangelogEntry[] {
    const entries: ChangelogEntry[] = this.#layoutIsSaved ? [] : [this.#layout()]
    this.#layoutIsSaved = true
    for (const { key, value } of this.#task.store.commit()) entries.push({ key: `k:${key}`, value })
    const { added, gone } = this.#task.commitHeld()
    for (const delivery of added) entries.push(this.#held(delivery))
    for (const delivery of gone) entries.push({ key: `h:${heldName(delivery)}`, value: null })
    for (const { key, value } of this.#gathering?.commit() ?? []) {
      entries.push({ key: `g:${key}`, value })
    }
    for (const part of this.#shared()) entries.push(...part.commit())
    return entries
  }

  /** All of it, as of the last commit. */
  *snapshot(): Generator<ChangelogEntry> {
    yield this.#layout()
    for (const part of this.#shared()) yield* part.snapshot()
    for (const { key, value } of this.#task.store.packed()) yield { key: `k:${key}`, value }
    for (const delivery of this.#task.held.all()) yield this.#held(delivery)
    for (const { key, value } of this.#gathering?.snapshot() ?? []) yield { key: `g:${key}`, value }
  }

  /** Takes the state back: first a snapshot's entries, then the changelog's after it. */
  restoring(): Restoring {
    const { store } = this.#task
    return new Restoring(this.#of.pipeline, {
      layout: store.layout,
      layoutIsSaved: () => {
        this.#layoutIsSaved = true
      },
      key: (key, value) => store.load(key, value),
      upgraded: (key, entry) => store.loadEntry(key, entry),
      held: value => this.#reviveHeld(CARRIED.fromBuffer(value) as Carried),
      gather: value => this.#gathering!.load(value, carried => this.#reviveGather(carried)),
      shared: (kind, name, value) =>
        this.#of.shared.find(part => part.kind === kind)!.load(name, value),
    })
  }

  get #gathering(): Gathering | undefined {
    return this.#of.gatherings[this.#partition]
  }

  #shared(): readonly SharedPart[] {
    return this.#partition === 0 ? this.#of.shared : []
  }

  #layout(): ChangelogEntry {
    const { hash, text } = this.#task.store.layout
    return { key: `l:${hash}`, value: Buffer.from(text) }
  }

  #held(delivery: Delivery): ChangelogEntry {
    const { arrival, input, key, part } = delivery
    const carried = carriedOf(arrival, input.name, key, part, this.#of.encode)
    return { key: `h:${heldName(delivery)}`, value: CARRIED.toBuffer(carried) }
  }

  #reviveHeld(carried: Carried): void {
    const { arrival, input, event } = this.#revived(carried)
    const part = carried.part === '' ? null : carried.part
    this.#task.hold({ input, arrival, event, key: carried.key, part, held: 'saved' })
  }

  #reviveGather(carried: Carried) {
    const { arrival, input, event } = this.#revived(carried)
    return { arrival, input, event, key: carried.key }
  }

  #revived(carried: Carried) {
    const arrival = this.#of.revive(carried)
    const input = this.#of.inputs.find(each => each.name === carried.input)!
    return { arrival, input, event: arrival.event! }
  }
}
