import type { Arrival } from '../arrival.ts'
import type { ChangelogEntry } from '../commit.ts'
import type { Pipeline } from '../pipeline.ts'
import type { PackedKey } from '../store/frozen-keys.ts'
import type { KeyChange } from '../store/keyed-store.ts'
import { CARRIED, type Carried, carriedOf } from './carried.ts'
import { type Delivery, deliveryOf, heldName } from './delivery.ts'
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

  /**
   * All of it, as of the last commit, also where it is read while later ones are made: what is small is
   * taken at once, keys as they are read. One reading at a time.
   */
  snapshot(): Iterable<ChangelogEntry> {
    const shared = this.#shared().flatMap(part => [...part.snapshot()])
    const keys = this.#task.store.packed()
    const held = this.#task.held.all().map(delivery => this.#heldNow(delivery))
    const gathers = [...(this.#gathering?.snapshot() ?? [])]
    return this.#entries([this.#layout(), ...shared], keys, held, gathers)
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

  *#entries(
    shared: readonly ChangelogEntry[],
    keys: Iterable<PackedKey>,
    held: readonly (() => ChangelogEntry)[],
    gathers: readonly KeyChange[],
  ): Generator<ChangelogEntry> {
    yield* shared
    for (const { key, value } of keys) yield { key: `k:${key}`, value }
    for (const entry of held) yield entry()
    for (const { key, value } of gathers) yield { key: `g:${key}`, value }
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

  /** Bytes stay as they are; an event that was made here may be changed once it is handled. */
  #heldNow(delivery: Delivery): () => ChangelogEntry {
    if (delivery.arrival.value !== null) return () => this.#held(delivery)
    const entry = this.#held(delivery)
    return () => entry
  }

  #reviveHeld(carried: Carried): void {
    const { arrival, input } = this.#revived(carried)
    // Nothing that is late is held.
    const delivery = deliveryOf(input, arrival, carried.key, carried.part || null, false)
    delivery.held = 'saved'
    this.#task.hold(delivery)
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
