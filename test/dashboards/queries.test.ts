/**
 * Every query of every dashboard, on the tables of a shop: as Grafana sends it, once with all chosen in
 * each variable and once with one value. It answers in the columns that its panel needs, and has rows.
 */
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hours } from '../../src/engine/time.ts'
import { type MigratedClickHouse, migratedClickHouse } from '../../src/testing/click-house.ts'
import { dashboards, type PanelModel, shownIn, type VariableModel } from './dashboard-files.ts'
import { ALL, type Asked, expanded } from './grafana-macros.ts'
import { fillWithShop, SHOP_ENDS_AT, SHOP_OPENS_AT } from './shop-tables.ts'

let clickHouse: MigratedClickHouse
let client: ClickHouseClient

beforeAll(async () => {
  clickHouse = await migratedClickHouse()
  client = clickHouse.client
  await fillWithShop(client)
}, 240_000)

afterAll(() => clickHouse.stop(), 60_000)

interface Answer {
  readonly meta: readonly { readonly name: string; readonly type: string }[]
  readonly data: readonly (readonly unknown[])[]
}

const answerTo = async (query: string): Promise<Answer> =>
  (
    await client.query({ query, format: 'JSONCompact' })
  ).json() as Promise<unknown> as Promise<Answer>

/** In a shop like this one some panels have nothing to show; one value narrows it further. */
const MAY_BE_EMPTY = new Set([
  // Seven weeks are too short for one to end.
  'lifecycle-segments: Churn in 90 days',
  'fraud-scores: Late records',
  'fraud-model: Late records',
  // Honest orders are known after 45 days, so that no whole week is.
  'fraud-model: Calibration error by week',
  'shipment-alerts: Late records',
  'price-elasticities: Price could rise',
  // Nobody in this shop does what is recommended.
  'price-recommendations: Prices that followed',
])

const INTERVAL_MS: Readonly<Record<string, number>> = { '1d': hours(24) }

const askedBy = ({ interval }: PanelModel, chosen: Asked['chosen']): Asked => ({
  fromMs: SHOP_OPENS_AT,
  toMs: SHOP_ENDS_AT,
  intervalMs: INTERVAL_MS[interval ?? ''] ?? hours(1),
  chosen,
})

/** What is chosen in each variable: everything where that can be, else the first. */
const choicesOf = async (variables: readonly VariableModel[], all: boolean) => {
  const chosen: Record<string, readonly string[]> = {}
  for (const { name, type, query, includeAll } of variables) {
    if (type === 'datasource') continue
    const values = typeof query === 'string' ? query.split(',') : await valuesOf(query.rawSql!)
    expect(values, `the variable ${name} has no values`).not.toEqual([])
    chosen[name] = all && includeAll ? [ALL] : [values[0]!]
  }
  return chosen
}

const valuesOf = async (query: string): Promise<string[]> =>
  (await answerTo(query)).data.map(([value]) => String(value))

const bare = (type: string): string =>
  type
    .replaceAll(/^(?:LowCardinality|Nullable)\((.*)\)$/g, '$1')
    .replace(/^Nullable\((.*)\)$/, '$1')
const isNumber = (type: string): boolean => /^U?Int\d+$|^Float\d+$/.test(bare(type))
const isText = (type: string): boolean => bare(type) === 'String'
const isTime = (type: string): boolean => bare(type).startsWith('DateTime')

const CHECKS: Readonly<Record<string, (panel: PanelModel, answer: Answer) => void>> = {
  timeseries(_, { meta, data }) {
    const [time, ...others] = meta
    expect(time).toMatchObject({ name: 'time', type: expect.toSatisfy(isTime) })
    expect(others.filter(({ type }) => isNumber(type))).not.toEqual([])
    expect(others.filter(({ type }) => !isNumber(type) && !isText(type))).toEqual([])
    const numbers = others.filter(({ type }) => isNumber(type))
    if (numbers.length === 1 && others.length > 1) expect(numbers[0]!.name).toBe('Value')
    const times = data.map(([at]) => String(at))
    expect(times).toEqual([...times].sort())
    const labels = meta.flatMap(({ type }, at) => (isText(type) ? [at] : []))
    const points = data.map(row => JSON.stringify([row[0], ...labels.map(at => row[at])]))
    expect(new Set(points).size, 'two points of a series have one time').toBe(points.length)
  },
  stat(_, { meta, data }) {
    expect(data).toHaveLength(1)
    expect(meta.filter(({ type }) => !isNumber(type))).toEqual([])
  },
  barchart({ options }, { meta }) {
    expect(meta[0]!.name).toBe(options!.xField)
    expect(meta[0]!.type).toSatisfy(isText)
    expect(meta.slice(1).filter(({ type }) => !isNumber(type))).toEqual([])
    expect(meta.length).toBeGreaterThan(1)
  },
  table(panel, answer) {
    expect(fieldsWithoutColumn(panel, answer)).toEqual([])
  },
}

/** Names of overrides that no column has. */
const fieldsWithoutColumn = ({ fieldConfig }: PanelModel, { meta }: Answer): string[] =>
  fieldConfig!.overrides
    .map(({ matcher }) => matcher)
    .filter(({ id, options }) =>
      id === 'byRegexp'
        ? !meta.some(({ name }) => new RegExp(options.slice(1, -1)).test(name))
        : !meta.some(({ name }) => name === options),
    )
    .map(({ options }) => options)

describe.each(
  dashboards
    .filter(({ templating }) => templating.list.some(({ name }) => name === 'clickhouse'))
    .map(dashboard => [dashboard.uid.replace('millrace-', ''), dashboard] as const),
)('%s', (page, dashboard) => {
  const { list } = dashboard.templating
  const asking = shownIn(dashboard).flatMap(panel =>
    panel.targets!.map(target => [panel.title, panel, target.rawSql!, target.format!] as const),
  )

  test.each(asking)('%s: has rows of the shop', async (title, panel, rawSql, format) => {
    expect(format).toBe(panel.type === 'timeseries' ? 0 : 1)
    const chosen = await choicesOf(list, true)
    const answer = await answerTo(expanded(rawSql, askedBy(panel, chosen)))
    CHECKS[panel.type]!(panel, answer)
    if (!MAY_BE_EMPTY.has(`${page}: ${title}`)) expect(answer.data).not.toEqual([])
    if (panel.type === 'stat') expect(answer.data[0]).not.toContain(null)
  })

  test.each(asking)('%s: takes a choice', async (_, panel, rawSql) => {
    const chosen = await choicesOf(list, false)
    CHECKS[panel.type]!(panel, await answerTo(expanded(rawSql, askedBy(panel, chosen))))
  })
})

test('the course of troubles ends with those that are open now', async () => {
  const page = dashboards.find(({ uid }) => uid === 'millrace-shipment-alerts')!
  const panel = shownIn(page).find(({ title }) => title === 'Open')!
  const asked = askedBy(panel, { kind: [ALL] })
  const course = (await answerTo(expanded(panel.targets![0]!.rawSql!, asked))).data
  const last = new Map(course.map(([, kind, open]) => [kind, Number(open)]))
  const now = await answerTo('SELECT kind, count() FROM open_alerts GROUP BY kind')
  expect(now.data).not.toEqual([])
  const open = [...last].filter(([, count]) => count > 0)
  expect(new Map(open)).toEqual(new Map(now.data.map(([kind, count]) => [kind, Number(count)])))
})
