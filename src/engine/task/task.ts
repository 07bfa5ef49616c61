import { MillraceError } from '../errors.ts'
import { WaitingLine } from '../order/waiting-line.ts'
import { NEWEST, NO_EVENT, type Pipeline, type Reference, Rejection } from '../pipeline.ts'
import { KeyedStore, type LiveKey } from '../store/keyed-store.ts'
import { HandlerContext } from './context.ts'
import {
  type Delivery,
  deliveredBefore,
  type Firing,
  isFiring,
  type Step,
  stepsUpTo,
} from './delivery.ts'
import { FORGET_INDEX, FORGET_TIMER, timerNamesOf } from './plan.ts'

/** A handler may set a timer in the past, which fires at once; more in a row than this is a bug. */
const CHAIN_MAX = 1_000

/** The view of the engine's own cell. */
interface Newest {
  get(): number
  set(at: number): void
}

/** What a task hands on. The pipeline's runner takes it. */
export interface TaskPorts {
  /** What a handler returned, already accepted. */
  done(step: Step, live: LiveKey, now: number, returned: unknown): void
  /** A step that failed or was refused, and was undone. */
  failed(step: Step, key: string, failure: MillraceError): void
}

/**
 * One partition of one pipeline: single-threaded, synchronous, deterministic. It owns the keys of
 * its partition with their timers, and what is held until the watermark.
 */
export class Task {
  readonly store: KeyedStore
  readonly held = new WaitingLine<Delivery>(deliveredBefore)
  readonly #pipeline: Pipeline
  readonly #ports: TaskPorts
  readonly #context: HandlerContext
  readonly #timerNames: readonly string[]
  readonly #newest: Newest | undefined
  #newlyHeld: Delivery[] = []
  #handedOn: Delivery[] = []
  /** How often in a row, and for which key, a timer fired without time going on. */
  #chain = 0
  #chainDue = Number.NEGATIVE_INFINITY
  #chained: LiveKey | null = null

  /** @param liveMax keys that are kept unpacked from one commit to the next; see `KeyedStore` */
  constructor(
    pipeline: Pipeline,
    reference: Readonly<Record<string, Reference<unknown>>>,
    ports: TaskPorts,
    liveMax?: number,
  ) {
    this.#pipeline = pipeline
    this.#ports = ports
    this.#timerNames = timerNamesOf(pipeline)
    this.store = new KeyedStore(pipeline.state, this.#timerNames, liveMax)
    this.#context = new HandlerContext(pipeline, this.store, this.#timerNames, reference)
    this.#newest = this.#context.state[NEWEST] as Newest | undefined
  }

  /** Holds a record until the watermark reaches it. */
  hold(delivery: Delivery): void {
    delivery.held ??= 'new'
    if (delivery.held === 'new') this.#newlyHeld.push(delivery)
    this.held.push(delivery)
  }

  /** Hands a record to its key's handler now. */
  handle(delivery: Delivery): void {
    const live = this.store.bind(delivery.key)
    const now = Math.max(live.entry.now, delivery.event.occurredAt)
    this.#step(live, delivery, now)
  }

  /** The newest event time of a key, for inputs whose disorder is by key. */
  newestOf(key: string): number {
    if (!this.store.has(key)) return NO_EVENT
    this.#context.bind(this.store.bind(key), 0, null)
    return this.#newest!.get()
  }

  /** Takes held records and due timers up to the watermark, by time, records before timers. */
  advanceTo(watermark: number): void {
    this.#chained = null
    for (;;) {
      const timerAt = this.store.timers.peek(watermark)
      const first = this.held.first()
      if (first && first.event.occurredAt <= Math.min(watermark, timerAt)) this.#handOn()
      else if (timerAt <= watermark && timerAt < Infinity) this.#fire(watermark)
      else return
    }
  }

  /** When the next record is held until or timer is due, up to `until`; Infinity for nothing. */
  nextWork(until: number): number {
    const heldAt = this.held.first()?.event.occurredAt ?? Number.POSITIVE_INFINITY
    const timerAt = this.store.timers.peek(until)
    const next = Math.min(heldAt, timerAt)
    return next <= until ? next : Number.POSITIVE_INFINITY
  }

  /** What was held since the last commit and still is, and what was saved as held and is no more. */
  commitHeld(): { added: Delivery[]; gone: Delivery[] } {
    const added = this.#newlyHeld.filter(delivery => delivery.held === 'new')
    for (const delivery of added) delivery.held = 'saved'
    const gone = this.#handedOn
    this.#newlyHeld = []
    this.#handedOn = []
    return { added, gone }
  }

  #handOn(): void {
    const delivery = this.held.take()!
    if (delivery.held === 'saved') this.#handedOn.push(delivery)
    delivery.held = 'released'
    this.handle(delivery)
  }

  #fire(watermark: number): void {
    const { slot, name, due } = this.store.timers.take(watermark)!
    const live = this.store.bind(this.store.keyOf(slot))
    // The due time is put back for a moment: it is part of the state that a step starts from.
    this.store.timers.set(slot, name, due)
    // A row that goes by itself does not come back with steps of its key that were before.
    if (live.owner !== null) this.store.settle(live.owner)
    const now = Math.max(live.entry.now, due)
    this.#checkChain(live, due, this.#timerNames[name]!)
    this.#step(live, { timer: this.#timerNames[name]!, due, before: null }, now)
  }

  /** Timers that go round for ever are one key's, and their due times do not grow. */
  #checkChain(live: LiveKey, due: number, timer: string): void {
    this.#chain = this.#chained === live && due <= this.#chainDue ? this.#chain + 1 : 0
    this.#chained = live
    this.#chainDue = due
    if (this.#chain > CHAIN_MAX) throw this.#chainError(live.key, timer)
  }

  #step(live: LiveKey, step: Step, now: number): void {
    this.store.touch(live)
    let failure: MillraceError
    try {
      const returned = this.#run(live, step, now)
      if (!(returned instanceof Rejection)) {
        step.before = live.lastStep as Step | null
        live.lastStep = step
        this.#ports.done(step, live, now, returned)
        return
      }
      failure = new MillraceError(returned.code, returned.detail)
    } catch (thrown) {
      failure = failureOf(thrown)
      // Where it was the result that could not be taken, the step is the last of the steps already.
      if (live.lastStep === step) live.lastStep = step.before
    }
    this.#undo(live, step)
    this.#ports.failed(step, live.key, failure)
  }

  /** One step of the fold: what the handler returned. */
  #run(live: LiveKey, step: Step, now: number): unknown {
    live.forgotten = false
    live.entry.now = now
    this.#context.bind(live, now, isFiring(step) ? null : step)
    const returned = isFiring(step) ? this.#runTimer(live, step) : this.#runInput(live, step, now)
    this.#context.release()
    return returned
  }

  #runInput(live: LiveKey, delivery: Delivery, now: number): unknown {
    this.store.timers.set(live.slot, FORGET_INDEX, now + this.#pipeline.forgetAfterMs)
    const { occurredAt } = delivery.event
    if (this.#newest && occurredAt > this.#newest.get()) this.#newest.set(occurredAt)
    return delivery.input.on(delivery.event, this.#context)
  }

  #runTimer(live: LiveKey, firing: Firing): unknown {
    this.#clear(live, firing)
    live.entry.fired++
    if (firing.timer !== FORGET_TIMER) return this.#pipeline.onTimer[firing.timer]!(this.#context)
    this.#context.forget()
    return undefined
  }

  /**
   * Undoes a step by doing the earlier ones of this commit again from the saved entry: handlers are
   * folds, so that gives the very state they gave before. The result is the base of further steps,
   * so that a run of failures costs each step once.
   */
  #undo(live: LiveKey, failed: Step): void {
    this.store.rewind(live)
    for (const step of stepsUpTo(live.lastStep as Step | null)) {
      const at = isFiring(step) ? step.due : step.event.occurredAt
      this.#run(live, step, Math.max(live.entry.now, at))
    }
    // A timer that failed is not tried again.
    if (isFiring(failed)) this.#clear(live, failed)
    this.store.settle(live)
  }

  #clear(live: LiveKey, firing: Firing): void {
    this.store.timers.set(live.slot, this.#timerNames.indexOf(firing.timer), Infinity)
  }

  #chainError(key: string, timer: string): MillraceError {
    return new MillraceError(
      'TIMER_CHAIN',
      `timer ${timer} of key ${key} in ${this.#pipeline.id} fired ${CHAIN_MAX} times in a row ` +
        'without time going on: its handler sets it in the past again and again. ' +
        'Set it after `now`, or not at all.',
    )
  }
}

/** What went wrong, as a dead letter says it. What is no fault of one record is thrown on. */
export const failureOf = (thrown: unknown): MillraceError => {
  if (thrown instanceof MillraceError && thrown.instruction === 'dead-letter') return thrown
  if (thrown instanceof MillraceError || (thrown as Error)?.name === 'InvariantError') throw thrown
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return new MillraceError('HANDLER_FAILED', text, { cause: thrown })
}
