/** The alerts can be loaded, ask for metrics that a run gives, and are all in the runbook. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { newMetrics } from '../../src/serve/metrics.ts'
import { metricsIn } from './promql-metrics.ts'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly runbook: string }
}

const textOf = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const { groups } = parse(textOf('deploy/prometheus/alerts.yml')) as {
  groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[]
}
const rules = groups.flatMap(group => group.rules)
const byName = rules.map(rule => [rule.alert, rule] as const)

/** What Prometheus gives itself. */
const OF_PROMETHEUS = new Set(['up'])

const given = new Set(
  (await newMetrics().registry.getMetricsAsJSON()).flatMap(({ name, type }) =>
    String(type) === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  ),
)

/** Paragraphs of the runbook by the anchor of their heading. */
const paragraphs = new Map(
  textOf('docs/runbook.md')
    .split(/^## /m)
    .slice(1)
    .map(section => {
      const [heading, ...text] = section.split('\n')
      return [heading!.trim().toLowerCase(), text.join('\n').trim()] as const
    }),
)

test('names of groups and alerts are used once', () => {
  expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length)
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  expect(rules.length).toBeGreaterThan(15)
})

test.each(byName)('%s waits, is grave or not, and says what is the matter', (_, rule) => {
  expect(rule.for).toMatch(/^\d+[mh]$/)
  expect(['page', 'ticket']).toContain(rule.labels.severity)
  expect(rule.annotations.summary).toMatch(/^.{20,}\.$/s)
})

test.each(byName)('%s asks for metrics that are given', (_, { expr }) => {
  const asked = metricsIn(expr)
  expect(asked).not.toEqual([])
  expect(asked.filter(name => !given.has(name) && !OF_PROMETHEUS.has(name))).toEqual([])
})

test.each(byName)('%s uses in its summary only labels that its series have', (_, rule) => {
  const used = [...rule.annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, name]) => name!)
  const kept = /\b(?:sum|max|min) by \(([^)]*)\)/.exec(rule.expr)?.[1]?.split(/,\s*/)
  for (const name of used) expect(kept ?? ['instance', 'job']).toContain(name)
})

test.each(byName)('%s has its paragraph in the runbook', (alert, { annotations }) => {
  const anchor = alert.toLowerCase()
  expect(annotations.runbook).toBe(`docs/runbook.md#${anchor}`)
  expect(paragraphs.get(anchor)?.length).toBeGreaterThan(150)
})

test('the runbook has no paragraph on an alert that is not there', () => {
  const alerts = new Set(rules.map(({ alert }) => alert.toLowerCase()))
  expect([...paragraphs.keys()].filter(anchor => !alerts.has(anchor))).toEqual([])
})
