import { expect, test } from 'vitest'
import { decisionBreaches } from './decisions.ts'

const page = (name: string, text = '# Title\n\nDate: 2026-11-22\n') => ({
  path: `docs/decisions/${name}`,
  text,
})

test('a page is numbered, dated, and the only one with its number', () => {
  expect(decisionBreaches([page('0001-the-shape.md'), page('0002-avsc.md')])).toEqual([])
  expect(decisionBreaches([page('the-shape.md')])).toHaveLength(1)
  expect(decisionBreaches([page('0001-the-shape.md', '# Title\n')])).toHaveLength(1)
  expect(decisionBreaches([page('0001-a.md'), page('0001-b.md')])).toHaveLength(2)
})

test('other documents are free', () => {
  expect(decisionBreaches([{ path: 'docs/glossary.md', text: '' }])).toEqual([])
})
