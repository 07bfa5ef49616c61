import { MillraceError } from './errors.ts'
import { type Form, long } from './form.ts'
import type { AnyCell, ViewOf } from './state/cell.ts'
import { value } from './state/value.ts'
import type { Instant } from './time.ts'
import type { AnyTopic, Occurrence, Topic } from './topic.ts'

/**
 * A pipeline as a value: inputs, keys, state, timers, handlers, output. Building it does nothing.
 *
 * There are two shapes. `definePipeline` folds each key's events into results. With
 * `defineScatterPipeline` an event goes to several keys at once, each gives an answer, and the
 * answers are gathered into one result.
 */

/** What the engine puts into every result; a handler returns the rest. */
type EngineFields = 'resultId' | 'occurredAt' | 'causeEventId'
export type BodyOf<R> = Omit<R, EngineFields>

/**
 * - `arrival`: answer at once, in the order in which records came.
 * - `event-time`: hold records until the watermark, then take them in the total order.
 */
export type Order = 'arrival' | 'event-time'

/**
 * What becomes of a record at or below the watermark.
 * - `set-aside`: it goes to `late-events` with how late it was.
 * - `handle`: it is handled at the key's `now`, and the handler sees its own `occurredAt`.
 */
export type LatePolicy = 'set-aside' | 'handle'

/**
 * A field that all records of a group have the same in, such as the currency of a market. What it
 * is, the reference topic says; where that lists nothing, the group's first record does. Others are
 * refused: they go to `dead-letters`.
 */
export interface Agreement<Field extends string = string> {
  readonly field: Field
  /** The field that names the group; null is a group of its own. */
  readonly within: Field
  /** Name among the pipeline's `references` of a table that is keyed by the group. */
  readonly listedIn?: string
}

interface InputRules<E> {
  readonly from: Topic<E>
  /** Records for which this is false are not the pipeline's: neither handled nor counted late. */
  readonly when?: (event: E) => boolean
  readonly late?: LatePolicy
  /** How far behind the newest record of its partition a record may be. Default 5 s. */
  readonly disorderMs?: number
  /**
   * Whether the watermark waits for this input. False is for topics in which hardly ever anything is:
   * others go on without them, and a record is taken when it is there. Default true.
   */
  readonly holdsBack?: boolean
  /**
   * Whose newest record that is. With `key`, a record is late by what its own key has brought: a
   * logger that uploads a day at once is not late because others were on time. Only in `arrival`
   * order, and for inputs with one key. Default `partition`.
   */
  readonly disorderBy?: 'partition' | 'key'
  /**
   * Whether these are results that come back: of a pipeline further down, or of this one. They are handed
   * on when the record that brought them about is through all pipelines. No watermark waits for them, and
   * they are taken whatever their time, so `late`, `holdsBack` and `disorderBy` say nothing here. Where
   * nobody here makes them, they are read from their topic. Default false.
   */
  readonly feedback?: boolean
  readonly agree?: Agreement<keyof E & string>
}

export type KeyedInput<E> = InputRules<E> & (OneKey<E> | SeveralKeys<E>)

interface OneKey<E> {
  /** The key whose state handles the event; null where the event belongs to nobody. */
  readonly key: (event: E) => string | null
  readonly keys?: never
}

interface SeveralKeys<E> {
  /**
   * The keys whose state handles the event, such as the articles of an order: the handler runs once
   * for each distinct one, and their results are their own. None where it belongs to nobody.
   */
  readonly keys: (event: E) => readonly string[]
  readonly key?: never
}

/** A key function that says which field it reads, so that the engine knows what needs no exchange. */
export interface FieldKey<F extends string> {
  (event: { readonly [K in F]: string | null }): string | null
  readonly field: F
}

/** The field as the key: `key: by('cardId')`. */
export const by = <const F extends string>(field: F): FieldKey<F> =>
  Object.assign((event: { readonly [K in F]: string | null }) => event[field], { field })

export interface ScatterInput<E, Part extends string> extends InputRules<E> {
  /** The id at each part; parts that are null or absent are not asked. */
  readonly scatter: (event: E) => { readonly [P in Part]?: string | null }
  /** Where the answers meet: the subject of the result. */
  readonly gatherBy: (event: E) => string
}

export type Cells = Readonly<Record<string, AnyCell>>

/** A record that the pipeline will not take. It goes to `dead-letters`, and the step is undone. */
export class Rejection {
  readonly code: 'CURRENCY_CONFLICT' | 'REJECTED'
  readonly detail: string
  constructor(code: Rejection['code'], detail: string) {
    this.code = code
    this.detail = detail
  }
}
export const reject = (code: Rejection['code'], detail: string): Rejection =>
  new Rejection(code, detail)

export interface Timers<Name extends string> {
  /** Sets the timer, or moves it: a key has at most one of each name. A past one fires at once. */
  set(name: Name, dueAt: Instant): void
  clear(name: Name): void
  /** When it is due, or undefined. */
  dueAt(name: Name): Instant | undefined
}

/** The last value of each key of the reference topics, as of `now`'s record. */
export interface Reference<T> {
  get(key: string): T | undefined
}

export interface Published<T> extends Reference<T> {
  /** Of a control topic: the version that would be in effect, had `accepts` not refused it. */
  refused(key: string): T | undefined
}

export interface Context<S extends Cells, Timer extends string, Ref> {
  readonly key: string
  /** Event time. Never decreases for a key; in a timer, the moment it was due. */
  readonly now: Instant
  /**
   * Whether the watermark had passed the record when it came, so that timers up to there fire as soon as
   * they are set, before later records of the key that are late as well. In a timer, false.
   */
  readonly isLate: boolean
  readonly state: { readonly [K in keyof S]: ViewOf<S[K]> }
  readonly timers: Timers<Timer>
  readonly reference: { readonly [K in keyof Ref]: Published<Ref[K]> }
  /** Forgets the key once the handler returns: its cells and timers. */
  forget(): void
}

export interface ScatterContext<S extends Cells, Timer extends string, Ref, Part extends string>
  extends Context<S, Timer, Ref> {
  readonly part: Part
}

/** What a handler may return: one result, several, none, or a refusal. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is the common case
export type Outcome<R> = BodyOf<R> | readonly BodyOf<R>[] | Rejection | null | undefined | void

interface Common<S extends Cells, Timer extends string, Ref, R> {
  /** Plural noun of what it puts out: also the consumer group, the metric label and the table. */
  readonly id: string
  /** Of the code and the model: stands in every result and in the journal. */
  readonly version: string
  /** Raise it to start from empty state where the saved one does not fit any more. Default 1. */
  readonly generation?: number
  readonly order: Order
  readonly references?: { readonly [K in keyof Ref]: Topic<Ref[K]> }
  /**
   * Which versions of a control topic may take effect; all, where it is left out. The last one that was
   * accepted stays in effect behind one that is not. Depends on nothing but the record.
   */
  readonly accepts?: { readonly [K in keyof NoInfer<Ref>]?: (row: NoInfer<Ref>[K]) => boolean }
  readonly state: S
  /** A key is forgotten this long after its last event. */
  readonly forgetAfterMs: number
  readonly output: Topic<R>
  readonly onTimer?: {
    readonly [N in Timer]: (context: Context<S, NoInfer<Timer>, Ref>) => Outcome<R>
  }
}

export interface KeyedDefinition<Events, S extends Cells, Timer extends string, Ref, R>
  extends Common<S, Timer, Ref, R> {
  readonly inputs: { readonly [K in keyof Events]: KeyedInput<Events[K]> }
  readonly on: {
    readonly [K in keyof NoInfer<Events>]: (
      event: NoInfer<Events>[K],
      context: Context<S, NoInfer<Timer>, Ref>,
    ) => Outcome<R>
  }
}

/** The answers to one event; a part that did not answer in time is in `missing`. */
export interface Gathered<Answer, Part extends string> {
  readonly answers: { readonly [P in Part]?: Answer }
  readonly missing: readonly Part[]
}

/** What a gather handler sees beside the answers. */
export interface GatherContext<Ref> {
  /**
   * Event time: the event's own, however long its answers took. So from one gather to the next of the same
   * subject it may go back.
   */
  readonly now: Instant
  readonly reference: { readonly [K in keyof Ref]: Published<Ref[K]> }
}

export interface ScatterDefinition<
  Events,
  S extends Cells,
  Timer extends string,
  Ref,
  R,
  Answer,
  Part extends string,
> extends Common<S, Timer, Ref, R> {
  readonly parts: readonly Part[]
  readonly inputs: { readonly [K in keyof Events]: ScatterInput<Events[K], NoInfer<Part>> }
  /** The form in which answers travel between partitions. */
  readonly answer: Form<Answer>
  /** How long after the event the result waits for its parts, in event time. Default 5 s. */
  readonly gatherTimeoutMs?: number
  readonly on: {
    readonly [K in keyof NoInfer<Events>]: (
      event: NoInfer<Events>[K],
      context: ScatterContext<S, NoInfer<Timer>, Ref, NoInfer<Part>>,
    ) => NoInfer<Answer>
  }
  /** The result; null for an event that only changes the state of its parts. */
  readonly gather: {
    readonly [K in keyof NoInfer<Events>]: (
      event: NoInfer<Events>[K],
      gathered: Gathered<NoInfer<Answer>, NoInfer<Part>>,
      context: GatherContext<Ref>,
    ) => BodyOf<R> | null
  }
}

/** What the engine runs. Types are checked where a pipeline is defined, not here. */
export interface Pipeline {
  readonly id: string
  readonly version: string
  readonly generation: number
  readonly order: Order
  readonly inputs: Readonly<Record<string, AnyInput>>
  readonly references: Readonly<Record<string, AnyTopic>>
  readonly accepts: Readonly<Record<string, Accepts>>
  readonly state: Cells
  readonly forgetAfterMs: number
  readonly output: AnyTopic
  readonly parts: readonly string[] | null
  readonly answer: Form<unknown> | null
  readonly gatherTimeoutMs: number
  readonly on: Readonly<Record<string, Handler>>
  readonly onTimer: Readonly<Record<string, TimerHandler>>
  readonly gather: Readonly<Record<string, GatherHandler>>
}

// biome-ignore-start lint/suspicious/noExplicitAny: the erased forms of the checked types above
export interface AnyInput {
  readonly from: AnyTopic
  readonly when?: (event: any) => boolean
  readonly late: LatePolicy
  readonly disorderMs: number
  readonly holdsBack: boolean
  readonly disorderBy: 'partition' | 'key'
  readonly feedback: boolean
  readonly agree?: Agreement
  readonly key?: (event: any) => string | null
  readonly keys?: (event: any) => readonly string[]
  readonly scatter?: (event: any) => Readonly<Record<string, string | null | undefined>>
  readonly gatherBy?: (event: any) => string
}
export type Accepts = (row: any) => boolean
export type Handler = (event: any, context: any) => unknown
export type TimerHandler = (context: any) => unknown
export type GatherHandler = (event: any, gathered: any, context: any) => unknown
// biome-ignore-end lint/suspicious/noExplicitAny: end of the erased forms

/** The engine's own cell: the newest event time of a key, where an input's disorder is by key. */
export const NEWEST = '$newest'
/** No event yet; as early as a saved long can say. */
export const NO_EVENT = -4.5e15

export const DISORDER_MS = 5_000
export const GATHER_TIMEOUT_MS = 5_000

const erased = (
  definition: Common<Cells, string, unknown, unknown> & {
    readonly inputs: object
    readonly on: object
  },
): Pipeline => {
  const extra = definition as Partial<Pipeline>
  const inputs = Object.entries(definition.inputs as Record<string, Partial<AnyInput>>)
  return {
    id: definition.id,
    version: definition.version,
    generation: definition.generation ?? 1,
    order: definition.order,
    inputs: Object.fromEntries(
      inputs.map(([name, input]) => [name, inputOf(definition.id, name, input)]),
    ),
    references: (definition.references ?? {}) as Record<string, AnyTopic>,
    accepts: (definition.accepts ?? {}) as Record<string, Accepts>,
    state: stateOf(definition, inputs),
    forgetAfterMs: definition.forgetAfterMs,
    output: definition.output,
    parts: extra.parts ?? null,
    answer: extra.answer ?? null,
    gatherTimeoutMs: extra.gatherTimeoutMs ?? GATHER_TIMEOUT_MS,
    on: definition.on as Record<string, Handler>,
    onTimer: (definition.onTimer ?? {}) as Record<string, TimerHandler>,
    gather: extra.gather ?? {},
  }
}

const inputOf = (id: string, name: string, input: Partial<AnyInput>): AnyInput => {
  if (input.feedback) checkFeedback(id, name, input)
  return {
    late: input.feedback ? 'handle' : 'set-aside',
    disorderMs: DISORDER_MS,
    holdsBack: !input.feedback,
    disorderBy: 'partition',
    feedback: false,
    ...input,
  } as AnyInput
}

const checkFeedback = (id: string, name: string, input: Partial<AnyInput>): void => {
  const { from, late, holdsBack, disorderBy } = input
  const isSound =
    from?.kind === 'result' && late !== 'set-aside' && !holdsBack && disorderBy !== 'key'
  if (isSound) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `input ${name} of ${id}: feedback is of a result topic, is never late and holds nothing back. Leave ` +
      'late, holdsBack and disorderBy out, or feedback.',
  )
}

const stateOf = (
  { id, order, state }: Pick<Pipeline, 'id' | 'order' | 'state'>,
  inputs: readonly (readonly [name: string, input: Partial<AnyInput>])[],
): Cells => {
  const byKey = inputs.filter(([, input]) => input.disorderBy === 'key')
  if (byKey.length === 0) return state
  const [name, input] = byKey[0]!
  if (order === 'arrival' && input.key) return { ...state, [NEWEST]: value(long, NO_EVENT) }
  throw new MillraceError(
    'CONFIG_INVALID',
    `input ${name} of ${id}: disorder by key is for arrival order and inputs with one key. Leave ` +
      'disorderBy out, or change the order.',
  )
}

export const definePipeline = <
  Events extends Readonly<Record<string, Occurrence>>,
  S extends Cells,
  R,
  Timer extends string = never,
  Ref = Record<never, never>,
>(
  definition: KeyedDefinition<Events, S, Timer, Ref, R>,
): Pipeline => erased(definition as never)

export const defineScatterPipeline = <
  Events extends Readonly<Record<string, Occurrence>>,
  S extends Cells,
  R,
  Answer,
  const Part extends string,
  Timer extends string = never,
  Ref = Record<never, never>,
>(
  definition: ScatterDefinition<Events, S, Timer, Ref, R, Answer, Part>,
): Pipeline => erased(definition as never)

/** The handlers' view of a pipeline's state, for functions that stand beside the definition. */
export type StateOf<S extends Cells> = { readonly [K in keyof S]: ViewOf<S[K]> }
