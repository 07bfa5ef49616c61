/** The dashboards are what Grafana can load, and ask for metrics that a run gives. */
import { describe, expect, test } from 'vitest'
import { newMetrics } from '../../src/serve/metrics.ts'
import { dashboards, type PanelModel, shownIn } from './dashboard-files.ts'
import { expanded } from './grafana-macros.ts'
import { metricsIn } from './promql-metrics.ts'

const GRID_COLUMNS = 24

const overlaps = ({ gridPos: a }: PanelModel, { gridPos: b }: PanelModel): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h

describe.each(dashboards.map(dashboard => [dashboard.uid, dashboard] as const))(
  '%s',
  (uid, dashboard) => {
    const variables = dashboard.templating.list
    const names = variables.map(({ name }) => name)

    test('is of a schema that Grafana 11 and 12 read, with an id that fits', () => {
      expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39)
      expect(dashboard.schemaVersion).toBeLessThanOrEqual(41)
      expect(uid).toMatch(/^millrace-[a-z-]+$/)
      expect(uid.length).toBeLessThanOrEqual(40)
    })

    test('has panels with ids of their own, none over another or over the edge', () => {
      const { panels } = dashboard
      expect(panels.length).toBeGreaterThan(10)
      expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
      for (const [index, panel] of panels.entries()) {
        expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(GRID_COLUMNS)
        const covered = panels.slice(index + 1).filter(other => overlaps(panel, other))
        expect(covered.map(({ title }) => title)).toEqual([])
      }
    })

    test('says of every panel what it shows, and in which unit', () => {
      for (const { title, description, fieldConfig } of shownIn(dashboard)) {
        expect(description, title).toMatch(/^[A-Z_].{20,}\.$/is)
        expect(fieldConfig!.defaults.unit, title).toBeTypeOf('string')
      }
    })

    test('asks data sources that are chosen by its variables', () => {
      const sources = [
        ...shownIn(dashboard).flatMap(({ datasource, targets }) => [
          datasource!,
          ...targets!.map(target => target.datasource),
        ]),
        ...variables.flatMap(({ datasource }) => datasource ?? []),
      ]
      for (const { type, uid } of sources) {
        const variable = variables.find(({ name }) => uid === `\${${name}}`)
        expect(variable).toMatchObject({ type: 'datasource', query: type })
      }
    })

    test('uses no variable that it does not have', () => {
      const texts = shownIn(dashboard).flatMap(({ title, targets }) => [
        title,
        ...targets!.map(({ rawSql, expr }) => rawSql ?? expr!),
      ])
      const used = texts.flatMap(text => [...text.matchAll(/\$\{?(?!__)(\w+)/g)])
      for (const [, name] of used) expect(names).toContain(name)
    })
  },
)

const given = new Set(
  (await newMetrics().registry.getMetricsAsJSON()).flatMap(({ name, type }) =>
    String(type) === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
)

describe('the metrics of a page', () => {
  const asked = dashboards.flatMap(dashboard =>
    shownIn(dashboard).flatMap(({ title, targets }) =>
      targets!.flatMap(({ expr }) => (expr ? [[title, expr] as const] : [])),
    ),
  )

  test.each(asked)('%s: are those that a run gives', (_, expr) => {
    expect(metricsIn(expr).filter(name => !given.has(name))).toEqual([])
    expect(metricsIn(expr)).not.toEqual([])
  })

  test('are all that Millrace gives', () => {
    const used = new Set(asked.flatMap(([, expr]) => metricsIn(expr)))
    const own = [...given].filter(name => name.startsWith('millrace_'))
    const unused = own.filter(name => !used.has(name) && !/_(sum|count)$/.test(name))
    expect(unused).toEqual([])
  })
})

describe('what reads expressions and queries here', () => {
  test('finds the metrics of an expression, and no label, function or text', () => {
    const expression =
      'histogram_quantile(0.99, sum by (le, topic) (rate(a_bucket{job=~"b", c!=""}[5m]))) > 1e3 ' +
      'and on (job) d offset 1h or max_over_time((sum by (job) (e))[1h:1m])'
    expect(metricsIn(expression)).toEqual(['a_bucket', 'd', 'e'])
  })

  test.each(['sum(a', 'sum(a))', 'rate(a[5m)', 'a{b="c}', 'averagely(a)'])(
    'refuses %s',
    expression => {
      expect(() => metricsIn(expression)).toThrow()
    },
  )

  test('puts in what is chosen, and the macros', () => {
    const query =
      'SELECT $__timeInterval(at) AS time, count() / $__interval_s FROM t WHERE $__timeFilter(at) ' +
      `AND $__conditionalAll(ifNull(m, '') IN (\${m:singlequote}), $m) AND k = \${k:singlequote}`
    const asked = { fromMs: 1_000, toMs: 2_500, intervalMs: 60_000 }
    const chosen = { m: ['a', "b'"], k: ['c'] }
    expect(expanded(query, { ...asked, chosen })).toBe(
      'SELECT toStartOfInterval(toDateTime(at), INTERVAL 60 second) AS time, count() / 60 FROM t ' +
        'WHERE at >= toDateTime(1) AND at <= toDateTime(2) ' +
        "AND ifNull(m, '') IN ('a','b\\'') AND k = 'c'",
    )
    expect(expanded(query, { ...asked, chosen: { ...chosen, m: ['$__all'] } })).toContain(
      "AND 1=1 AND k = 'c'",
    )
  })

  test.each(['$__timeFiltre(at)', '$none', `\${none:singlequote}`, '$__timeFilter(at'])(
    'refuses %s, as Grafana would send it on',
    query => {
      expect(() => expanded(query, { fromMs: 0, toMs: 1, intervalMs: 1, chosen: {} })).toThrow()
    },
  )
})
