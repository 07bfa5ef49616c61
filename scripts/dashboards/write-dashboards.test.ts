import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dashboardText } from './dashboard.ts'
import { type Panel, rows, stat } from './panel.ts'
import { staleness, write } from './write-dashboards.ts'

test('the dashboards are what scripts/dashboards/ say', () => {
  expect(staleness()).toEqual([])
})

test('a dashboard that was edited, is missing or is no longer wanted is stale', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dashboards-'))
  expect(staleness(folder)).toHaveLength(7)
  write(folder)
  expect(staleness(folder)).toEqual([])
  writeFileSync(join(folder, 'operations.json'), '{}')
  writeFileSync(join(folder, 'old.json'), '{}')
  expect(staleness(folder)).toMatchObject([
    expect.stringContaining('operations.json'),
    expect.stringContaining('old.json'),
  ])
  write(folder)
  expect(staleness(folder)).toEqual([])
  rmSync(folder, { recursive: true })
})

const panel = (width: number, height: number): Panel =>
  stat({ title: 't', description: 'd', width, height, unit: 'none' }, rows('SELECT 1'))

test('panels flow from left to right, under the tallest of the line above', () => {
  const sized = [panel(12, 4), panel(8, 9), panel(6, 2), panel(24, 3)]
  const text = dashboardText({
    uid: 'millrace-x',
    title: 'x',
    description: 'x',
    from: '1h',
    refresh: '1m',
    variables: [],
    rows: [
      { title: 'one', panels: sized },
      { title: 'two', panels: [panel(1, 1)] },
    ],
  })
  const { panels } = JSON.parse(text) as { panels: { id: number; gridPos: object }[] }
  expect(panels.map(({ id, gridPos }) => [id, ...Object.values(gridPos)])).toEqual([
    [1, 0, 0, 24, 1],
    [2, 0, 1, 12, 4],
    [3, 12, 1, 8, 9],
    [4, 0, 10, 6, 2],
    [5, 0, 12, 24, 3],
    [6, 0, 15, 24, 1],
    [7, 0, 16, 1, 1],
  ])
})
