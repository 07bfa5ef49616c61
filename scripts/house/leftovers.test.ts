import { expect, test } from 'vitest'
import { codeFile } from './files.ts'
import { noteBreaches, switchedOffBreaches } from './leftovers.ts'

const notes = (text: string) =>
  noteBreaches([codeFile('src/a.ts', text)]).map(breach => breach.line)
const switchedOff = (text: string) =>
  switchedOffBreaches([codeFile('src/a.test.ts', text)]).map(breach => breach.line)

test('an open note in any comment is a breach', () => {
  expect(notes('// TODO later')).toEqual([1])
  expect(notes('const a = 1 // FIXME')).toEqual([1])
  expect(notes('/**\n * First.\n * XXX second\n */\nconst a = 1')).toEqual([3])
  expect(notes('/** See {@link a} // TODO */\nconst a = 1')).toEqual([1])
  expect(notes('const f = () => {\n  return 1\n  // TODO more\n}')).toEqual([3])
})

test('the same words in texts and names are none', () => {
  expect(notes("const a = 'TODO'\nconst b = `XXX // TODO`\nconst TODO = /FIXME/")).toEqual([])
})

test('a test that runs alone is a breach', () => {
  expect(switchedOff("test.only('a', () => {})")).toEqual([1])
  expect(switchedOff("\ndescribe.only.each([1])('a', () => {})")).toEqual([2])
})

test('a skipped test says why', () => {
  expect(switchedOff("test('b', () => {})\ntest.skip('a', () => {})")).toEqual([2])
  expect(switchedOff("// needs a broker\ntest.skip('a', () => {})")).toEqual([])
  expect(switchedOff("test('a', context => context.skip())")).toEqual([1])
  expect(switchedOff("test('a', context => context.skip('no data here'))")).toEqual([])
  expect(switchedOff("test.skipIf(none)('a', () => {})")).toEqual([])
})

test('skipping in a reader is another thing', () => {
  expect(switchedOff('reader.skip(4)')).toEqual([])
})
