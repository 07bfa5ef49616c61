/** The page at `/`: how the process fares, what it does, and where more is told. */
import type { Health } from './health.ts'

export interface Front {
  readonly health: Health
  readonly status: object
  /** What there is at each path. */
  readonly paths: Readonly<Record<string, string>>
}

export const frontText = ({ health, status, paths }: Front): string =>
  `${[
    `Millrace: ${verdictOf(health)}`,
    ...health.reasons.map(reason => `  ${reason}`),
    '',
    ...Object.entries(paths).map(([path, what]) => `${path.padEnd(10)} ${what}`),
    '',
    JSON.stringify(status, null, 2),
  ].join('\n')}\n`

/** Comes anew every five seconds. Needs nothing from elsewhere, and runs no script. */
export const frontPage = ({ health, status, paths }: Front): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>Millrace: ${verdictOf(health)}</title>
<style>
  :root { color-scheme: light dark }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  pre { overflow-x: auto }
</style>
<h1>Millrace: ${verdictOf(health)}</h1>
${list(health.reasons.map(escaped))}
${list(Object.entries(paths).map(([path, what]) => `<a href="${path}">${path}</a> ${what}`))}
<pre>${escaped(JSON.stringify(status, null, 2))}</pre>
</html>
`

const verdictOf = ({ live, ready }: Health): string => {
  if (!live) return 'not making progress'
  return ready ? 'running' : 'running, not ready'
}

const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>\n${items.map(item => `  <li>${item}</li>`).join('\n')}\n</ul>`

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, sign => ENTITIES[sign]!)
