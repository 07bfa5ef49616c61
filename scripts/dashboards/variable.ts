/** What whoever looks at a dashboard can choose at its top. */

/** A variable of the classic JSON model. */
export type Variable = Readonly<Record<string, unknown>> & { readonly name: string }

export const CLICKHOUSE = { type: 'grafana-clickhouse-datasource', uid: `\${clickhouse}` } as const
export const PROMETHEUS = { type: 'prometheus', uid: `\${prometheus}` } as const

export type Source = typeof CLICKHOUSE | typeof PROMETHEUS

/** Which of the data sources of a kind the panels ask; the first of its kind at first. */
const dataSource = (name: string, label: string, plugin: string): Variable => ({
  name,
  label,
  type: 'datasource',
  query: plugin,
  refresh: 1,
  regex: '',
  current: {},
  options: [],
  hide: 0,
  includeAll: false,
  multi: false,
})

export const clickHouseVariable = dataSource('clickhouse', 'ClickHouse', CLICKHOUSE.type)
export const prometheusVariable = dataSource('prometheus', 'Prometheus', PROMETHEUS.type)

const ALL = { selected: true, text: ['All'], value: ['$__all'] }

/** Any of the values that a query gives, all at first. */
export const anyOf = (name: string, label: string, rawSql: string): Variable => ({
  ...asked(name, label, rawSql),
  includeAll: true,
  multi: true,
  current: ALL,
})

/** One of the values that a query gives. */
export const oneOf = (name: string, label: string, rawSql: string): Variable => ({
  ...asked(name, label, rawSql),
  includeAll: false,
  multi: false,
  current: {},
})

const asked = (name: string, label: string, rawSql: string) => ({
  name,
  label,
  type: 'query',
  datasource: CLICKHOUSE,
  query: { editorType: 'sql', rawSql },
  definition: rawSql,
  refresh: 1,
  regex: '',
  sort: 0,
  options: [],
  hide: 0,
})

/** The values of a label, all at first. */
export const anyLabelOf = (name: string, label: string, metric: string): Variable => ({
  ...asked(name, label, ''),
  datasource: PROMETHEUS,
  query: { query: `label_values(${metric}, ${name})`, refId: name },
  definition: `label_values(${metric}, ${name})`,
  allValue: '.*',
  includeAll: true,
  multi: true,
  current: ALL,
})

/** One of a few words that never change; the first at first. */
export const choice = (name: string, label: string, values: readonly string[]): Variable => ({
  name,
  label,
  type: 'custom',
  query: values.join(','),
  options: values.map((value, index) => ({ text: value, value, selected: index === 0 })),
  current: { text: values[0], value: values[0], selected: true },
  hide: 0,
  includeAll: false,
  multi: false,
})

/** A condition that keeps the rows of the chosen values, of a variable made with `anyOf`. */
export const isChosen = (column: string, name: string): string =>
  `$__conditionalAll(${column} IN (\${${name}:singlequote}), $${name})`
