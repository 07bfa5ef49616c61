/** A commit copies the cells that did not change, and still writes all that the key holds. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Arrival, EngineFields } from '../arrival.ts'
import { array, int, long, nullable, record, string } from '../form.ts'
import { type Cells, definePipeline, type Pipeline, reject } from '../pipeline.ts'
import type { AnyCell, Cell } from '../state/cell.ts'
import {
  decayed,
  distinct,
  listOf,
  mapOf,
  quantiles,
  recentSet,
  rollingCount,
  rowsOf,
  tableOf,
  tally,
  value,
} from '../state/index.ts'
import type { KeyChange } from '../store/keyed-store.ts'
import { ALL_CELLS } from '../store/layout.ts'
import { upgradeFrom } from '../store/upgrade.ts'
import type { AnyTopic, Topic } from '../topic.ts'
import { inputPlansOf } from './plan.ts'
import { Task } from './task.ts'

interface Kind {
  readonly cell: AnyCell
  write(view: unknown, by: number, at: number): void
  read(view: unknown, at: number): unknown
}

const kind = <F, View>(
  cell: Cell<F, View>,
  write: (view: View, by: number, at: number) => void,
  read: (view: View, at: number) => unknown,
): Kind => ({ cell, write, read }) as Kind

const KINDS: readonly Kind[] = [
  kind(
    value(long, 0),
    (view, by) => (by < 0 ? view.clear() : view.set(view.get() + by)),
    view => view.get(),
  ),
  kind(
    value(nullable(string), null),
    (view, by) => view.set(by < 0 ? null : 'x'.repeat(9 * by)),
    view => view.get(),
  ),
  kind(
    value(record({ last: array(int) }), { last: [] }),
    (view, by) => view.set({ last: [...view.get().last, by].slice(-3) }),
    view => view.get(),
  ),
  kind(
    listOf(record({ by: int }), { max: 3 }),
    (view, by) => (by < 0 ? view.removeWhere(item => item.by === -by) : view.push({ by })),
    view => [view.items(), view.last(), view.size],
  ),
  kind(
    mapOf(record({ by: int }), { max: 3 }),
    (view, by) => (by < 0 ? view.delete(`${-by}`) : view.set(`${by}`, { by })),
    view => [view.entries(), view.keys(), view.values(), view.get('1'), view.has('2'), view.size],
  ),
  kind(
    recentSet({ max: 3, spanMs: 40 }),
    (view, by, at) => view.add(`${by}`, at),
    (view, at) => [view.items(at), view.has('1', at), view.size],
  ),
  kind(
    rollingCount({ spanMs: 40, stepMs: 10 }),
    (view, by, at) => view.add(at, by),
    (view, at) => view.total(at),
  ),
  kind(
    tally({ max: 3 }),
    (view, by) => view.add(Math.abs(by), Math.sign(by)),
    view => [view.keys(), view.counts(), view.count(1), view.size],
  ),
  kind(
    tableOf(int, { max: 2 }),
    (view, by) => view.set(`key ${by}`, by),
    view => [view.entries(), view.get('key 1'), view.size],
  ),
  kind(
    rowsOf(record({ by: int })),
    (view, by, at) => view.set(`${Math.abs(by)}`, { by }, at + 30),
    view => [1, 2, 3, 4].map(name => view.get(`${name}`)),
  ),
  kind(
    decayed({ halfLifeMs: 10 }),
    (view, by, at) => view.add(by, at),
    (view, at) => view.at(at),
  ),
  kind(
    distinct({ exactMax: 2, spanMs: 40 }),
    (view, by, at) => view.add(`${by}`, at),
    (view, at) => view.count(at),
  ),
  kind(
    quantiles({ bucketsMax: 3 }),
    (view, by) => view.add(Math.abs(by)),
    view => [view.quantile(0.5), view.count],
  ),
]

/** Which cells a step touches, in this order, and what with; 0 only reads. */
type Touches = readonly { readonly cell: number; readonly by: number }[]

interface Command {
  readonly key: string
  readonly occurredAt: number
  readonly touches: Touches
  readonly timer: number | null
  readonly end: 'fine' | 'throws' | 'refused' | 'forgets' | 'untakable'
}

interface Context {
  readonly state: Readonly<Record<string, unknown>>
  readonly now: number
}

const topic = { name: 'commands', rank: 1, identity: 'eventId' } as unknown as Topic<
  Command & { readonly eventId: string }
>

/** @param kinds of each cell its number among the kinds; the name of a cell is its place from behind */
const pipelineOf = (kinds: readonly number[]): Pipeline => {
  const cells = kinds.map((number, index) => ({
    name: `c${kinds.length - index}`,
    kind: KINDS[number]!,
  }))
  const touch = (touches: Touches, { state, now }: Context): unknown[] =>
    touches.map(({ cell, by }) => {
      const { name, kind } = cells[cell % cells.length]!
      // Not both: to read a cell may mark it as well.
      if (by === 0) return JSON.stringify(kind.read(state[name], now))
      return kind.write(state[name], by, now)
    })
  return definePipeline({
    id: 'touched',
    version: '1',
    order: 'arrival',
    inputs: { command: { from: topic, key: command => command.key } },
    state: Object.fromEntries(cells.map(({ name, kind }) => [name, kind.cell])) as Cells,
    forgetAfterMs: 60,
    output: {} as Topic<{ read: readonly unknown[] }>,
    on: {
      command({ touches, timer, end }, context) {
        if (timer !== null) context.timers.set('due', timer)
        if (end === 'forgets') context.forget()
        const read = touch(touches, context)
        if (end === 'throws') throw new Error('as told')
        return end === 'refused' ? reject('REJECTED', 'as told') : { read: [...read, end] }
      },
    },
    onTimer: {
      due(context) {
        const read = touch([{ cell: context.now, by: 1 }], context)
        if (context.now % 5 === 0) throw new Error('as ever')
        return { read }
      },
    },
  })
}

const taskOf = (pipeline: Pipeline, told: unknown[], liveMax?: number): Task => {
  const done = (returned: unknown): void => {
    told.push(returned)
    if (returned === undefined) return
    const { read } = returned as { read: readonly unknown[] }
    if (read.at(-1) === 'untakable') throw new Error('does not fit')
  }
  const ports = {
    done: (_step: unknown, _live: unknown, _now: number, returned: unknown) => done(returned),
    failed: (_step: unknown, key: string, { code }: Error & { code: string }) =>
      told.push([key, code]),
  }
  return new Task(pipeline, {}, ports, liveMax)
}

const handle = (task: Task, pipeline: Pipeline, command: Command): void =>
  task.handle({
    input: inputPlansOf(pipeline)[0]!,
    arrival: { topic: topic as AnyTopic, partition: 0, offset: 0 } as Arrival,
    event: { eventId: 'e', ...command } as EngineFields,
    key: command.key,
    part: null,
    isLate: false,
    held: null,
    before: null,
  })

const KEYS = ['a', 'b', 'c']

/** Packs all cells of all keys anew, whatever has changed. */
const wholeCommit = ({ store }: Task): KeyChange[] => {
  for (const key of KEYS) if (store.has(key)) store.bind(key).entry.changed = ALL_CELLS
  return store.commit()
}

const textOf = (changes: readonly KeyChange[]): string =>
  changes.map(({ key, value }) => `${key} ${value?.toString('hex')}`).join('\n')

const restored = (from: Task, to: Task, pipelineId: string): Task => {
  const upgrade = upgradeFrom(from.store.layout.text, to.store.layout, pipelineId)
  const isSame = from.store.layout.hash === to.store.layout.hash
  for (const { key, value } of from.store.packed()) {
    if (isSame) to.store.load(key, value)
    else to.store.loadEntry(key, upgrade(value))
  }
  return to
}

const touches = fc.array(
  fc.record({ cell: fc.nat(39), by: fc.oneof(fc.constant(0), fc.integer({ min: -3, max: 4 })) }),
  { maxLength: 4 },
)
const command = fc.record({
  key: fc.constantFrom(...KEYS),
  occurredAt: fc.nat(9),
  touches,
  timer: fc.option(fc.nat(20), { freq: 3 }),
  end: fc.constantFrom('fine', 'fine', 'fine', 'fine', 'throws', 'refused', 'forgets', 'untakable'),
} as const)
const then = fc.constantFrom('go on', 'go on', 'commit', 'commit', 'settle', 'reload', 'add a cell')
const kindNumber = fc.nat(KINDS.length - 1)
/** Some have more cells than a number has bits. */
const kinds = fc.oneof(
  { weight: 4, arbitrary: fc.array(kindNumber, { minLength: 1, maxLength: 6, size: 'max' }) },
  { weight: 1, arbitrary: fc.array(kindNumber, { minLength: 33, maxLength: 36, size: 'max' }) },
)

test('whatever is handled, undone, forgotten, reloaded or declared anew, all that is held is written', () => {
  const script = fc.array(fc.record({ command, then }), { maxLength: 30, size: 'max' })
  fc.assert(
    fc.property(kinds, script, fc.constantFrom(0, 1, 100), (kinds, script, liveMax) => {
      const [told, expected]: [unknown[], unknown[]] = [[], []]
      let declared = kinds
      let pipeline = pipelineOf(declared)
      let task = taskOf(pipeline, told, liveMax)
      let whole = taskOf(pipeline, expected)
      const commit = () => {
        expect(textOf(task.store.commit())).toBe(textOf(wholeCommit(whole)))
        expect(JSON.stringify(told.splice(0))).toBe(JSON.stringify(expected.splice(0)))
      }
      for (const [index, { command, then }] of script.entries()) {
        const at = 7 * index + command.occurredAt
        const timer = command.timer === null ? null : at + command.timer
        for (const each of [task, whole]) {
          handle(each, pipeline, { ...command, occurredAt: at, timer })
          each.advanceTo(at)
          if (then === 'settle') each.store.settleAll()
        }
        if (then === 'go on' || then === 'settle') continue
        commit()
        if (then === 'reload') task = restored(task, taskOf(pipeline, told, liveMax), pipeline.id)
        if (then !== 'add a cell') continue
        declared = [command.touches.length, ...declared]
        pipeline = pipelineOf(declared)
        task = restored(task, taskOf(pipeline, told, liveMax), pipeline.id)
        whole = restored(whole, taskOf(pipeline, expected), pipeline.id)
      }
      for (const each of [task, whole]) each.advanceTo(100_000)
      commit()
    }),
    { numRuns: 60 },
  )
})
