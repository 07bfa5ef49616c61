import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeFile } from './files.ts'
import { fileLengths, functionLengths, lengthReport, quantileOf } from './lengths.ts'

const file = codeFile(
  'src/a.ts',
  'const outer = () => {\n  const inner = () => 1\n  return inner\n}\nclass A {\n  f() {\n  }\n}\n',
)

test('the line break at the end of a file is not a line', () => {
  expect(fileLengths([file])).toEqual([{ where: 'src/a.ts', lines: 8 }])
})

test('functions are measured from their first line to their last, with their names', () => {
  expect(functionLengths([file])).toEqual([
    { where: 'src/a.ts:1 outer', lines: 4 },
    { where: 'src/a.ts:2 inner', lines: 1 },
    { where: 'src/a.ts:6 f', lines: 2 },
  ])
})

test('a quantile is the least value that enough of them do not exceed', () => {
  const shares = fc.constantFrom(0.5, 0.9, 0.99, 1)
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1 }), shares, (lines, share) => {
      const within = (most: number) => lines.filter(each => each <= most).length / lines.length
      const oracle = lines.filter(each => within(each) >= share)
      expect(quantileOf(lines, share)).toBe(Math.min(...oracle))
    }),
  )
})

test('the report names the longest first, and stands empty folders', () => {
  const lengths = [1, 3, 2].map(lines => ({ where: `f${lines}`, lines }))
  expect(lengthReport('file', lengths)).toMatch(/median 2, .* max 3, of 3\n +3 {2}f3\n +2 {2}f2\n/)
  expect(lengthReport('file', [])).toContain('max 0, of 0')
})
