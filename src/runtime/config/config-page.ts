/** `docs/configuration.md`, made from the schema: every key with its default, unit and limits. */
import { configSchema, sourceTopics } from './config-schema.ts'
import { infoOf, shapeOf } from './key.ts'
import { allKeys, schemaAt } from './problems.ts'

const HEAD = `# Configuration

\`millrace run\` reads \`millrace.yaml\`, or what \`--config\` names. This page is made from the code by
\`npx tsx scripts/write-configuration-page.ts\`, and a test holds it to it.

\`\`\`yaml
application: shop-live
log:
  brokers: \${KAFKA_BROKERS:-localhost:9092}
sinks:
  clickhouse:
    url: \${CLICKHOUSE_URL:-http://localhost:8123}
    password: \${CLICKHOUSE_PASSWORD}
\`\`\`

- \`\${NAME}\` stands for a variable of the environment, which must be set; \`\${NAME:-default}\` has a
  default for one that is not set or empty; \`$\${\` stands for the two signs themselves.
- Paths of files and folders are relative to the folder of the configuration.
- What is wrong is told with its line, all at once, before anything is started. A key that does not
  exist is refused.
- \`millrace config check\` looks a configuration over; \`millrace config print\` shows what is in force,
  with defaults, and where each value comes from. Secrets are masked.`

const TAIL = `## Processes

\`millrace run\` is a supervisor. It forks \`processes\` children, each with its own HTTP port, and starts
those again that end by themselves, after 1 s at first and 30 s at most. It gives up, and exits with 1,
where they crash more often than \`restarts\` allows, or where one says that it cannot go on: a
configuration that the cluster refuses, or state that cannot be restored. What may pass, such as a log
that does not answer or a process that was taken for dead, throws the memory of a process away and
begins anew from the last commit, in the same process.

SIGTERM or Ctrl-C ends all after the commit that is due, and the run exits with 0. What has not ended
after \`drainTimeoutMs\` is killed, and the run exits with 1; nothing is lost by that. A second Ctrl-C
ends everything at once. A child that gets SIGTERM itself drains, and is started again.

The data directory keeps the id of the instance, by which the brokers know the processes of a run that
is started again, and snapshots, which its processes share. One run has it at a time. To spread an
application over machines, start a run on each, with the same \`application\` and \`partitions\`.
`

/** Sections in the order of the schema; keys outside of any come first. */
export const configurationPage = (): string => {
  const sections = allKeys().filter(path => shapeOf(schemaAt(path)!) !== null && !isTopic(path))
  return [HEAD, '## Keys', tableOf([]), ...sections.map(sectionText), TAIL].join('\n\n')
}

const sectionText = (path: readonly string[]): string => {
  const { doc } = infoOf(schemaAt(path)!)!
  return [`## \`${path.join('.')}\``, doc, tableOf(path)].join('\n\n')
}

/** All topics have the same keys: one row stands for them. */
const tableOf = (path: readonly string[]): string => {
  const below = Object.keys(shapeOf(schemaAt(path) ?? configSchema)!)
  const keys = below
    .map(name => [...path, name])
    .filter(at => shapeOf(schemaAt(at)!) === null)
    .map(at => rowOf(at.at(-1)!, at))
  if (path[0] === 'topics') {
    keys.push(rowOf('<topic>.format', [...path, sourceTopics[0]!.name, 'format']))
  }
  return markdownTable([['key', 'default', 'unit', 'what it is'], ...keys])
}

const rowOf = (name: string, path: readonly string[]): readonly string[] => {
  const schema = schemaAt(path)!
  const { doc, wants, unit = '', secret, otherwise } = infoOf(schema)!
  const mark = secret ? ' Secret.' : ''
  return [`\`${name}\``, defaultOf(path, otherwise), unit, `${doc} Takes ${wants}.${mark}`]
}

const defaultOf = (path: readonly string[], otherwise: string | undefined): string => {
  if (otherwise !== undefined) return otherwise
  const { success, data } = (schemaAt(path) as typeof configSchema).safeParse(undefined)
  if (!success) return 'must be given'
  return data === undefined ? 'none' : `\`${data}\``
}

const isTopic = ([section, topic]: readonly string[]): boolean =>
  section === 'topics' && topic !== undefined

const markdownTable = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map(row => row[at]!.length)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`
  const [head, ...body] = rows
  return [line(head!), line(widths.map(width => '-'.repeat(width))), ...body.map(line)].join('\n')
}
