import fc from 'fast-check'
import { expect, test } from 'vitest'
import { statementsIn } from './migration-statements.ts'

test('a semicolon ends a statement, also without one at the end of the file', () => {
  expect(statementsIn('SELECT 1;\n\nSELECT 2 ;SELECT 3')).toEqual([
    'SELECT 1',
    'SELECT 2',
    'SELECT 3',
  ])
})

test('comments are left out, and what is nothing but a comment is no statement', () => {
  expect(statementsIn('-- one; two\nSELECT 1 -- three;\n + 4 /* five; */;\n-- six\n;')).toEqual([
    'SELECT 1  \n + 4',
  ])
  expect(statementsIn('')).toEqual([])
})

test('a semicolon or a comment sign in a string or a quoted name is part of it', () => {
  for (const text of ["'it''s; -- so'", "'a\\';b'", '"x;y"', '`p;/*q`', "'\\\\'", "'/*;'"]) {
    expect(statementsIn(`SELECT ${text}; SELECT 2`)).toEqual([`SELECT ${text}`, 'SELECT 2'])
  }
})

test('a minus and a division are no comments', () => {
  expect(statementsIn('SELECT 3 - 1, 6 / 2, -1; SELECT 2')).toHaveLength(2)
})

test('whatever a string holds, it stays whole between two statements', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...`;'"\`\\-/* \na`) }), text => {
      const quoted = `SELECT '${text.replace(/[\\']/g, '\\$&')}'`
      expect(statementsIn(`SELECT 1;${quoted};SELECT 2`)).toEqual(['SELECT 1', quoted, 'SELECT 2'])
    }),
  )
})
