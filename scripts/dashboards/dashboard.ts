/**
 * A dashboard as Grafana 11 and 12 read it: the classic JSON model, written from rows of panels. A row
 * is 24 columns wide, its panels stand side by side, and what is below moves down by the tallest.
 */
import type { Panel } from './panel.ts'
import type { Variable } from './variable.ts'

/** What Grafana 11 writes itself; later versions read it. */
const SCHEMA_VERSION = 39

export const GRID_COLUMNS = 24

export interface DashboardRow {
  readonly title: string
  readonly panels: readonly Panel[]
}

export interface Dashboard {
  /** Names the dashboard in links and files; it never changes. */
  readonly uid: string
  readonly title: string
  readonly description: string
  /** How far back it looks at first, such as `24h`. */
  readonly from: string
  /** How often it asks again, such as `30s`. */
  readonly refresh: string
  readonly variables: readonly Variable[]
  readonly rows: readonly DashboardRow[]
}

/** The text of the file, as Biome formats it. */
export const dashboardText = (dashboard: Dashboard): string =>
  `${JSON.stringify(modelOf(dashboard), null, 2).replace(LIST_OF_VALUES, onOneLine)}\n`

/** Lists without objects; no text of a dashboard looks like one, since its line ends are escaped. */
const LIST_OF_VALUES = /\[\n\s+([^[\]{}]*?)\n\s+\]/g

const onOneLine = (_: string, values: string): string => `[${values.replace(/\n\s+/g, ' ')}]`

const modelOf = ({ uid, title, description, from, refresh, variables, rows }: Dashboard) => ({
  uid,
  title: `Millrace: ${title}`,
  description,
  tags: ['millrace'],
  schemaVersion: SCHEMA_VERSION,
  version: 1,
  editable: true,
  graphTooltip: 1,
  timezone: 'browser',
  time: { from: `now-${from}`, to: 'now' },
  refresh,
  links: [LINK_TO_THE_OTHERS],
  annotations: { list: [] },
  templating: { list: variables },
  panels: placed(rows),
})

const LINK_TO_THE_OTHERS = {
  type: 'dashboards',
  title: 'Millrace',
  tags: ['millrace'],
  asDropdown: true,
  includeVars: false,
  keepTime: true,
}

const placed = (rows: readonly DashboardRow[]): object[] => {
  const panels: object[] = []
  let top = 0
  for (const { title, panels: inRow } of rows) {
    panels.push(rowModel(panels.length + 1, title, top))
    const { models, bottom } = flowed(inRow, top + 1, panels.length + 1)
    panels.push(...models)
    top = bottom
  }
  return panels
}

const rowModel = (id: number, title: string, y: number) => ({
  id,
  type: 'row',
  title,
  collapsed: false,
  gridPos: { x: 0, y, w: GRID_COLUMNS, h: 1 },
  panels: [],
})

/** From left to right, and on a new line where one does not fit. */
const flowed = (panels: readonly Panel[], top: number, firstId: number) => {
  let [x, y, bottom] = [0, top, top]
  const models = panels.map(({ width, height, model }, index) => {
    if (x + width > GRID_COLUMNS) [x, y] = [0, bottom]
    const gridPos = { x, y, w: width, h: height }
    x += width
    bottom = Math.max(bottom, y + height)
    return { id: firstId + index, gridPos, ...model }
  })
  return { models, bottom }
}
