import { expect, test } from 'vitest'
import type { CommitLane } from '../log.ts'
import { Lanes } from './lanes.ts'
import type { Writer } from './writer.ts'

/** Says who it is. */
interface Named extends Writer {
  readonly name: string
}

const writer = (name: string, closed: string[]): Named => ({
  name,
  write: async () => {},
  close: async () => {
    closed.push(name)
  },
})

const lanesOf = (isOne = false) => {
  const closed: string[] = []
  let opened = 0
  const lanes = new Lanes(writer('first', closed), isOne, async () => {
    return writer(`another ${++opened}`, closed)
  })
  return { lanes, closed, opened: () => opened }
}

const commitOn = (lane: CommitLane) => ({ appends: [], lane })

/** Work that ends when it is told to. */
const held = () => {
  let end = (): void => {}
  const over = new Promise<void>(resolve => {
    end = resolve
  })
  return { over, end: () => end() }
}

test('commits of one lane wait for each other, those of another lane do not, and have their own writer', async () => {
  const { lanes } = lanesOf()
  const began: string[] = []
  const first = held()
  const run = (lane: CommitLane, label: string, until: Promise<void> = Promise.resolve()) =>
    lanes.next(commitOn(lane), async given => {
      began.push(`${label} by ${(given as Named).name}`)
      await until
    })
  const slow = run('state', 'a', first.over)
  const behind = run('state', 'b')
  await run('results', 'c')
  expect(began).toEqual(['a by first', 'c by another 1'])
  first.end()
  await Promise.all([slow, behind])
  expect(began.at(-1)).toBe('b by first')
})

test('one lane takes all in turn, and what fails holds up nobody', async () => {
  const { lanes, opened } = lanesOf(true)
  const failed = lanes.next(commitOn('results'), () => Promise.reject(new Error('refused')))
  const next = lanes.next(commitOn('state'), async given => (given as Named).name)
  await expect(failed).rejects.toThrow('refused')
  expect(await next).toBe('first')
  expect(opened()).toBe(0)
})

test('once closed no writer is opened any more', async () => {
  const { lanes, closed, opened } = lanesOf()
  await lanes.close()
  await expect(lanes.next(commitOn('results'), async () => {})).rejects.toThrow(/closed/)
  expect([opened(), closed]).toEqual([0, ['first']])
})
