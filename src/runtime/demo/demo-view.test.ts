import { expect, test } from 'vitest'
import type { DemoStatus } from './demo-status.ts'
import { endingOf, statusBlock, statusLine } from './demo-view.ts'

/** Of a demo that was started again: little since then, and much over all of its life. */
const status: DemoStatus = {
  phase: 'live',
  records: 1_200,
  recordsPerSecond: 300,
  commits: 40,
  commitsPerSecond: 10,
  backlogRecords: 0,
  behindMs: 0,
  freshness: { logToResultMs: { p50: 12, p99: 40 }, logToTableMs: { p50: 300, p99: 900 } },
  results: { 'fraud-scores': 98_765 },
  clickHouse: {
    url: 'http://127.0.0.1:1',
    database: 'millrace',
    rows: 1_500,
    lagRecords: 7,
    restarts: 0,
    retrying: [],
  },
}

test('what this process counted is told apart from what there is over all of its life', () => {
  const line = statusLine(status)
  expect(line).toContain('since this start 1,200 records, 300/s')
  expect(line).toContain('1,500 rows since this start')
  expect(line).toContain('results, over all of its life: fraud-scores 98,765')
  const block = statusBlock(status).join('\n')
  expect(block).toMatch(/taken in +1,200 records +300\/s +10\.0 commits\/s +since this start\n/)
  expect(block).toMatch(/results, over all of its life\n +fraud-scores +98,765\n/)
  const ending = endingOf(status)
  expect(ending).toMatch(/^Since this start: 1,200 records taken in, in 40 commits, 1,500 rows/)
  expect(ending).toMatch(/over all of its life:\n +fraud-scores 98,765$/)
})
