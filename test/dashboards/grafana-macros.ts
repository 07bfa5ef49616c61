/**
 * What Grafana and its ClickHouse plugin make of a query before ClickHouse sees it. First the variables,
 * in the browser: `${name:singlequote}`, `$name`, and `$__conditionalAll(condition, $name)`, which is
 * `1=1` where all is chosen. Then the macros, in the plugin:
 *
 *   $__timeFilter(c)     c >= toDateTime(from) AND c <= toDateTime(to)
 *   $__timeInterval(c)   toStartOfInterval(toDateTime(c), INTERVAL n second)
 *   $__interval_s        n
 *
 * after https://grafana.com/docs/plugins/grafana-clickhouse-datasource/latest/query-editor/#macros. A
 * macro that is not in this list is a mistake here.
 */

export interface Asked {
  readonly fromMs: number
  readonly toMs: number
  readonly intervalMs: number
  /** The chosen values by variable; `$__all` for all. */
  readonly chosen: Readonly<Record<string, readonly string[]>>
}

export const ALL = '$__all'

export const expanded = (rawSql: string, asked: Asked): string => {
  const sql = macrosExpanded(variablesPutIn(conditionsPutIn(rawSql, asked), asked), asked)
  const left = /\$(__)?\w+|\$\{/.exec(sql)
  if (left) throw new Error(`"${left[0]}" is no macro and no variable of the dashboard`)
  return sql
}

const conditionsPutIn = (sql: string, { chosen }: Asked): string => {
  const call = callOf('$__conditionalAll', sql)
  if (!call) return sql
  const [condition, variable] = partsOf(call.inside)
  const name = /^\$(\w+)$/.exec(variable ?? '')?.[1] ?? ''
  if (!chosen[name]) throw new Error(`$__conditionalAll of "${variable}", which is no variable`)
  const isAll = chosen[name].includes(ALL)
  const put = sql.slice(0, call.start) + (isAll ? '1=1' : condition) + sql.slice(call.end)
  return conditionsPutIn(put, { chosen } as Asked)
}

const variablesPutIn = (sql: string, { chosen }: Asked): string =>
  sql.replace(/\$\{(\w+):singlequote\}/g, (_, name: string) => {
    if (!chosen[name]) throw new Error(`\${${name}} is no variable of the dashboard`)
    return chosen[name].map(value => `'${value.replaceAll("'", "\\'")}'`).join(',')
  })

const macrosExpanded = (sql: string, asked: Asked): string => {
  const seconds = Math.max(1, Math.floor(asked.intervalMs / 1000))
  const [from, to] = [asked.fromMs, asked.toMs].map(ms => `toDateTime(${Math.floor(ms / 1000)})`)
  const filtered = replaced('$__timeFilter', sql, c => `${c} >= ${from} AND ${c} <= ${to}`)
  return replaced(
    '$__timeInterval',
    filtered,
    c => `toStartOfInterval(toDateTime(${c}), INTERVAL ${seconds} second)`,
  ).replaceAll('$__interval_s', `${seconds}`)
}

const replaced = (macro: string, sql: string, by: (column: string) => string): string => {
  const call = callOf(macro, sql)
  if (!call) return sql
  const put = sql.slice(0, call.start) + by(call.inside.trim()) + sql.slice(call.end)
  return replaced(macro, put, by)
}

/** The first call of a macro: from `$` to behind its closing bracket. */
const callOf = (macro: string, sql: string) => {
  const start = sql.indexOf(`${macro}(`)
  if (start < 0) return null
  let depth = 0
  for (let at = start + macro.length; at < sql.length; at++) {
    if (sql[at] === '(') depth++
    if (sql[at] === ')') depth--
    if (depth === 0) {
      return { start, end: at + 1, inside: sql.slice(start + macro.length + 1, at) }
    }
  }
  throw new Error(`the bracket of ${macro} is never closed`)
}

/** Arguments, parted by the commas that are in no bracket. */
const partsOf = (inside: string): string[] => {
  const parts = ['']
  let depth = 0
  for (const character of inside) {
    if (character === '(') depth++
    if (character === ')') depth--
    if (character === ',' && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts.map(part => part.trim())
}
