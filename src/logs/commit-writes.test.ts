import { expect, test } from 'vitest'
import { CIRCLE } from '../testing/sample-circle.ts'
import { stateWrites } from './commit-writes.ts'

test('at least once, state in a circle is written in stages: those further down first', () => {
  const append = (id: string) => ({ topic: `a-${id}-g1-changelog`, partition: 0, records: [] })
  const slice = {
    outputs: [],
    state: CIRCLE.map(({ id }) => append(id)),
    journal: { topic: 'a-journal', partition: 0, records: [] },
  }
  const writing = { applicationId: 'a', pipelines: CIRCLE, guarantee: 'at-least-once' as const }
  const stages = stateWrites(writing, [slice]).map(({ appends }) =>
    appends.map(({ topic }) => topic),
  )
  expect(stages).toEqual([
    ['a-totals-g1-changelog'],
    ['a-outcomes-g1-changelog'],
    ['a-judging-g1-changelog'],
    ['a-journal'],
  ])
})
