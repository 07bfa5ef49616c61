import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Arrival, EngineFields } from '../arrival.ts'
import type { MillraceError } from '../errors.ts'
import { long } from '../form.ts'
import { definePipeline, reject } from '../pipeline.ts'
import { value } from '../state/index.ts'
import type { AnyTopic, Topic } from '../topic.ts'
import type { Delivery } from './delivery.ts'
import { inputPlansOf } from './plan.ts'
import { Task } from './task.ts'

interface Command {
  readonly eventId: string
  readonly occurredAt: number
  readonly key: string
  readonly add: number
  readonly timer: number | null
  readonly end: 'fine' | 'throws' | 'refused' | 'forgets' | 'untakable'
}

const topic = { name: 'commands', rank: 1, identity: 'eventId' } as unknown as Topic<Command>

const pipeline = definePipeline({
  id: 'totals',
  version: '1',
  order: 'event-time',
  inputs: { command: { from: topic, key: command => command.key } },
  state: { total: value(long, 0) },
  forgetAfterMs: 1_000,
  output: {} as Topic<{ note: string }>,
  on: {
    command(command, { state, timers, now, forget, key }) {
      state.total.set(state.total.get() + command.add)
      if (command.timer !== null) timers.set(command.add % 2 ? 'fails' : 'chimes', command.timer)
      if (command.end === 'forgets') forget()
      if (command.end === 'throws') throw new Error('as told')
      if (command.end === 'refused') return reject('REJECTED', 'as told')
      return { note: `${key} ${now} ${command.end}` }
    },
  },
  onTimer: {
    chimes: ({ state, now, key }) => {
      state.total.set(state.total.get() * 2)
      return { note: `${key} ${now} chimes` }
    },
    fails: ({ state, timers }) => {
      state.total.set(-1)
      timers.clear('chimes')
      throw new Error('as ever')
    },
    again: ({ timers, state }) => {
      state.total.set(state.total.get() - 1)
      if (state.total.get() > 0) timers.set('again', 0)
    },
  },
})

const plan = inputPlansOf(pipeline)[0]!

const deliveryOf = (event: Command, offset: number): Delivery => ({
  input: plan,
  arrival: { topic: topic as AnyTopic, partition: 0, offset } as Arrival,
  event: event as EngineFields,
  key: event.key,
  part: null,
  isLate: false,
  held: null,
  before: null,
})

const taskWith = () => {
  const notes: string[] = []
  const failures: MillraceError[] = []
  const task = new Task(
    pipeline,
    {},
    {
      done(_step, _live, _now, returned) {
        const note = (returned as { note: string } | undefined)?.note
        if (note?.endsWith('untakable')) throw new Error('does not fit')
        if (note) notes.push(note)
      },
      failed: (_step, _key, failure) => failures.push(failure),
    },
  )
  return { task, notes, failures }
}

const stateOf = (task: Task, key: string) => {
  const { entry, slot } = task.store.bind(key)
  return {
    total: entry.cells[0],
    now: entry.now,
    dues: [0, 1, 2, 3].map(n => task.store.timers.due(slot, n)),
  }
}

const command = (over: Partial<Command>): Command => ({
  eventId: 'e',
  occurredAt: 0,
  key: 'a',
  add: 2,
  timer: null,
  end: 'fine',
  ...over,
})

const commands = fc.array(
  fc.record({
    eventId: fc.constant('e'),
    occurredAt: fc.nat(50),
    key: fc.constantFrom('a', 'b'),
    add: fc.nat(9),
    timer: fc.option(fc.integer({ min: -5, max: 80 })),
    end: fc.constantFrom('fine', 'fine', 'fine', 'throws', 'refused', 'forgets', 'untakable'),
  } as const),
  { maxLength: 40, size: 'max' },
)

test('a step that fails leaves no trace: as if its record had never been, whatever the commits', () => {
  const script = fc.record({ commands, commits: fc.array(fc.boolean(), { minLength: 40 }) })
  fc.assert(
    fc.property(script, ({ commands, commits }) => {
      const { task, notes } = taskWith()
      const { task: without, notes: expected } = taskWith()
      commands.forEach((command, index) => {
        const fails = ['throws', 'refused', 'untakable'].includes(command.end)
        task.handle(deliveryOf(command, index))
        if (!fails) without.handle(deliveryOf(command, index))
        for (const each of [task, without]) each.advanceTo(command.occurredAt - 10)
        if (commits[index]) task.store.commit()
        for (const key of ['a', 'b']) expect(stateOf(task, key)).toEqual(stateOf(without, key))
      })
      for (const each of [task, without]) each.advanceTo(100_000)
      expect(notes).toEqual(expected)
    }),
    { numRuns: 200 },
  )
})

test('now never decreases for a key, until it is forgotten', () => {
  const { task, notes } = taskWith()
  for (const [index, occurredAt] of [5, 3, 9, 4].entries()) {
    task.handle(deliveryOf(command({ occurredAt }), index))
  }
  expect(notes).toEqual(['a 5 fine', 'a 5 fine', 'a 9 fine', 'a 9 fine'])
})

test('a timer that fails is undone, reported, and not tried again', () => {
  const { task, failures } = taskWith()
  task.handle(deliveryOf(command({ add: 4, timer: 60 }), 0))
  task.handle(deliveryOf(command({ add: 3, timer: 5 }), 1))
  task.advanceTo(20)
  expect(failures.map(failure => failure.code)).toEqual(['HANDLER_FAILED'])
  const { total, dues, now } = stateOf(task, 'a')
  expect([total, now]).toEqual([7, 0])
  expect(dues).toEqual([1_000, Infinity, 60, Infinity])
  task.advanceTo(70)
  expect(stateOf(task, 'a').total).toBe(14)
  expect(failures).toHaveLength(1)
})

test('held records and timers go by time, and records come first at the same instant', () => {
  const { task, notes } = taskWith()
  task.hold(deliveryOf(command({ occurredAt: 30, eventId: 'c' }), 0))
  task.hold(deliveryOf(command({ occurredAt: 10, eventId: 'a', timer: 20 }), 1))
  task.hold(deliveryOf(command({ occurredAt: 20, eventId: 'b', key: 'b' }), 2))
  task.advanceTo(25)
  expect(notes).toEqual(['a 10 fine', 'b 20 fine', 'a 20 chimes'])
  task.advanceTo(30)
  expect(notes.at(-1)).toBe('a 30 fine')
})

const againFor = (task: Task, keys: number, times: number) => {
  for (let key = 0; key < keys; key++) {
    task.handle(deliveryOf(command({ key: `k${key}`, add: times, occurredAt: 10 }), key))
    task.store.timers.set(task.store.bind(`k${key}`).slot, 1, 0)
  }
}

test('timers set in the past fire at once, and a chain of more than 1,000 stops the pipeline', () => {
  const fine = taskWith().task
  againFor(fine, 1, 1_000)
  fine.advanceTo(5)
  expect(stateOf(fine, 'k0').total).toBe(0)
  const endless = taskWith().task
  againFor(endless, 1, 5_000)
  expect(() => endless.advanceTo(5)).toThrow(expect.objectContaining({ code: 'TIMER_CHAIN' }))
})

test('short chains of many keys are no chain', () => {
  const { task } = taskWith()
  againFor(task, 3_000, 3)
  task.advanceTo(5)
  expect(stateOf(task, 'k2999').total).toBe(0)
})

test('a key is forgotten after its time, with its timers', () => {
  const { task } = taskWith()
  task.handle(deliveryOf(command({ timer: 5_000 }), 0))
  task.store.commit()
  task.advanceTo(1_000)
  expect(task.store.commit()).toEqual([{ key: 'a', value: null }])
  expect(task.store.size).toBe(0)
  expect(task.nextWork(1e15)).toBe(Number.POSITIVE_INFINITY)
})

test('what was held and handed on within one commit is not saved at all', () => {
  const { task } = taskWith()
  const first = deliveryOf(command({ occurredAt: 1 }), 0)
  const second = deliveryOf(command({ occurredAt: 9 }), 1)
  task.hold(first)
  task.hold(second)
  task.advanceTo(5)
  expect(task.commitHeld()).toEqual({ added: [second], gone: [] })
  task.advanceTo(9)
  expect(task.commitHeld()).toEqual({ added: [], gone: [second] })
})
