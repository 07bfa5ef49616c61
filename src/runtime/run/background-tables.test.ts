import { expect, test } from 'vitest'
import { MillraceError } from '../../engine/errors.ts'
import type { Tables } from '../tables/tables.ts'
import { BackgroundTables } from './background-tables.ts'

const AWAY = new MillraceError('CLICKHOUSE_UNAVAILABLE', 'nobody answers')
const backOff = { firstMs: 1, mostMs: 2, lastingMs: 60_000 }

/** Tables that open when they have been tried so often; the sink of them never fails by itself. */
const tablesAt = (attempts: number, failure: unknown = AWAY) => {
  const seen = { attempts: 0, stopped: 0, open: [] as boolean[], lines: [] as string[] }
  let fail = (_error: unknown): void => {}
  const sinkFailure = new Promise<never>((_, reject) => {
    fail = reject
  })
  const tables = {
    sink: { failure: sinkFailure },
    stop: async () => void seen.stopped++,
  } as unknown as Tables
  const background = new BackgroundTables({
    backOff,
    say: line => void seen.lines.push(line),
    onOpen: isOpen => void seen.open.push(isOpen),
    open: async () => {
      if (++seen.attempts < attempts) throw failure
      return tables
    },
  })
  return { background, seen, tables, fail }
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 1))
}

test('tables are tried again until they are there, and say so', async () => {
  const { background, seen, tables } = tablesAt(4)
  expect(background.trouble).toBe('Its tables are being opened.')
  expect(await background.opened()).toBeNull()
  expect(background.trouble).toBe('nobody answers')
  await until(() => background.tables !== null)
  expect(await background.opened()).toBe(tables)
  expect(background.trouble).toBeNull()
  expect(seen.open).toEqual([false, true])
  expect(seen.lines.at(-1)).toBe('the tables are open, and are filled from here on')
  await background.stop()
  expect(seen.stopped).toBe(1)
})

test('the first attempt says at once what it waits for, and others only how they ended', async () => {
  const lines: string[] = []
  let fail = (_error: unknown): void => {}
  const background = new BackgroundTables({
    backOff,
    say: line => void lines.push(line),
    onOpen: () => {},
    open: onWaiting => {
      onWaiting('nobody answers')
      return new Promise((_, reject) => {
        fail = reject
      })
    },
  })
  expect(lines).toEqual(['the tables wait for ClickHouse: nobody answers'])
  expect(background.trouble).toBe('nobody answers')
  const failFirst = fail
  failFirst(AWAY)
  await until(() => fail !== failFirst)
  expect(lines.slice(1)).toEqual(['the tables are tried again in 1 ms: nobody answers'])
  await background.stop()
  fail(AWAY)
})

test('a server that dies in the middle of a migration is tried again', async () => {
  const reset = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const { background, tables } = tablesAt(3, reset)
  await until(() => background.tables !== null)
  expect(background.tables).toBe(tables)
})

test('what only a person can mend is not tried again', async () => {
  const refused = new MillraceError('CLICKHOUSE_REFUSED', 'wrong password')
  const { background, seen } = tablesAt(2, refused)
  await expect(background.failure).rejects.toBe(refused)
  expect(seen.attempts).toBe(1)
})

test('a sink that stops later fails the tables', async () => {
  const { background, fail } = tablesAt(1)
  await background.opened()
  fail(AWAY)
  await expect(background.failure).rejects.toBe(AWAY)
})

test('whoever stops waits for no attempt, and what opens after that is stopped again', async () => {
  const { background, seen } = tablesAt(1)
  await background.stop()
  await until(() => seen.stopped === 1)
  expect(background.tables).toBeNull()
})
