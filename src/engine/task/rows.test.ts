/** Rows beside a key are as a plain map would have them, through failures, commits and restoring. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Arrival, EngineFields } from '../arrival.ts'
import { int, record } from '../form.ts'
import { definePipeline, type Pipeline } from '../pipeline.ts'
import { rowsOf, value } from '../state/index.ts'
import type { AnyTopic, Topic } from '../topic.ts'
import { inputPlansOf } from './plan.ts'
import { Task } from './task.ts'

interface Writing {
  readonly name: string
  readonly by: number
  readonly forMs: number
}

interface Command {
  readonly key: string
  readonly occurredAt: number
  readonly writings: readonly Writing[]
  readonly end: 'fine' | 'throws' | 'forgets' | 'untakable'
}

const topic = { name: 'commands', rank: 1, identity: 'eventId' } as unknown as Topic<
  Command & { readonly eventId: string }
>
const NAMES = ['x', 'y', 'z']

const pipeline: Pipeline = definePipeline({
  id: 'rows',
  version: '1',
  order: 'arrival',
  inputs: { command: { from: topic, key: command => command.key } },
  state: { count: value(int, 0), rows: rowsOf(record({ by: int, count: int })) },
  forgetAfterMs: 1_000,
  output: {} as Topic<{ read: readonly unknown[] }>,
  on: {
    command({ writings, end }, { state, now, forget }) {
      state.count.set(state.count.get() + 1)
      const read = NAMES.map(name => state.rows.get(name)?.by ?? null)
      for (const { name, by, forMs } of writings) {
        state.rows.set(name, { by, count: state.count.get() }, now + forMs)
      }
      if (end === 'throws') throw new Error('as told')
      if (end === 'forgets') forget()
      return { read: [...read, end] }
    },
  },
})

const taskOf = (told: unknown[]): Task =>
  new Task(
    pipeline,
    {},
    {
      done(_step, _live, _now, returned) {
        if (returned === undefined) return
        const { read } = returned as { read: readonly unknown[] }
        told.push(read)
        if (read.at(-1) === 'untakable') throw new Error('does not fit')
      },
      failed: (_step, key) => told.push(`${key} failed`),
    },
  )

const handle = (task: Task, command: Command): void =>
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

/** By key and name, until when. */
class Model {
  readonly #rows = new Map<string, { by: number; until: number }>()

  handle({ key, occurredAt, writings, end }: Command): unknown[] {
    const read = NAMES.map(name => this.#rows.get(key + name)?.by ?? null)
    if (end === 'throws') return [`${key} failed`]
    if (end !== 'untakable') {
      for (const { name, by, forMs } of writings) {
        this.#rows.set(key + name, { by, until: occurredAt + forMs })
      }
    }
    return end === 'untakable' ? [[...read, end], `${key} failed`] : [[...read, end]]
  }

  advanceTo(at: number): void {
    for (const [name, { until }] of this.#rows) if (until <= at) this.#rows.delete(name)
  }

  get size(): number {
    return this.#rows.size
  }
}

const writing = fc.record({
  name: fc.constantFrom(...NAMES),
  by: fc.integer({ min: -9, max: 9 }),
  forMs: fc.nat(30),
})
const command = fc.record({
  key: fc.constantFrom('a', 'b'),
  occurredAt: fc.nat(9),
  writings: fc.array(writing, { maxLength: 4 }),
  end: fc.constantFrom('fine', 'fine', 'fine', 'throws', 'untakable', 'forgets'),
} as const)
const then = fc.constantFrom('go on', 'go on', 'advance', 'advance', 'settle', 'commit', 'reload')

test('whatever is handled, undone, forgotten or restored, and whenever rows go by themselves', () => {
  const script = fc.array(fc.record({ command, then }), { maxLength: 40, size: 'max' })
  fc.assert(
    fc.property(script, script => {
      const told: unknown[] = []
      const model = new Model()
      let task = taskOf(told)
      let at = 0
      for (const { command, then } of script) {
        at += command.occurredAt
        handle(task, { ...command, occurredAt: at })
        expect(told.splice(0)).toEqual(model.handle({ ...command, occurredAt: at }))
        if (then === 'go on') continue
        // Else a row that is due goes only with the next advance.
        task.advanceTo(at)
        model.advanceTo(at)
        if (then === 'settle') task.store.settleAll()
        if (then !== 'commit' && then !== 'reload') continue
        task.store.commit()
        if (then === 'commit') continue
        const next = taskOf(told)
        for (const { key, value } of task.store.packed()) next.store.load(key, value)
        task = next
      }
      task.advanceTo(at)
      model.advanceTo(at)
      task.store.commit()
      const rows = [...task.store.packed()].filter(({ key }) => key.startsWith('\u0001'))
      expect(rows).toHaveLength(model.size)
      task.advanceTo(at + 5_000)
      task.store.commit()
      expect(task.store.size).toBe(0)
    }),
    { numRuns: 500 },
  )
})

test('a commit packs the rows that were written, and no others', () => {
  const task = taskOf([])
  const write = (name: string, occurredAt: number): void =>
    handle(task, {
      key: 'a',
      occurredAt,
      writings: [{ name, by: 1, forMs: 900 }],
      end: 'fine',
    })
  for (let row = 0; row < 500; row++) write(`row ${row}`, 1)
  expect(task.store.commit()).toHaveLength(501)
  write('row 7', 2)
  expect(task.store.commit().map(({ key }) => key)).toEqual(['a', '\u0001rows\u0001a\u0001row 7'])
})

test('a row that stands for ever is refused', () => {
  const failed: unknown[] = []
  const task = taskOf(failed)
  const writings = [{ name: 'x', by: 1, forMs: Number.NaN }]
  handle(task, { key: 'a', occurredAt: 1, writings, end: 'fine' })
  expect(failed).toEqual(['a failed'])
})
