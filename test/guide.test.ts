/** The code that the README and the guide show is code that runs, and cannot go stale. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const textOf = (path: string): Promise<string> => readFile(pathOf(path), 'utf8')

const PAGES = ['README.md', 'docs/guide.md']

const examples = async (): Promise<ReadonlyMap<string, string>> => {
  const paths = await readdir(pathOf('examples'), { recursive: true })
  const code = paths.filter(path => path.endsWith('.ts')).map(path => `examples/${path}`)
  return new Map(await Promise.all(code.map(async path => [path, await textOf(path)] as const)))
}

/** What stands between fences, by the language they name. */
const blocksIn = (page: string, language: string): string[] =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code!)

describe.each(PAGES)('%s', path => {
  test('shows only code that stands in the examples, line for line', async () => {
    const files = await examples()
    const blocks = blocksIn(await textOf(path), 'ts')
    expect(blocks.length).toBeGreaterThan(0)
    for (const block of blocks) {
      const homes = [...files].filter(([, code]) => `\n${code}`.includes(`\n${block}`))
      expect(homes.length, `no file of examples/ has this:\n${block}`).toBeGreaterThan(0)
    }
  })

  test('links to files that are there', async () => {
    const folder = path.includes('/') ? 'docs/' : ''
    const links = [...(await textOf(path)).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
      ([, to]) => to!,
    )
    expect(links.length).toBeGreaterThan(0)
    for (const to of links) {
      const parent = await readdir(pathOf(join(folder, to, '..')))
      expect(parent, to).toContain(join(folder, to).split('/').filter(Boolean).at(-1))
    }
  })
})

/** The settings that the guide asks for are those that the examples were written under. */
test('the guide names the settings that TypeScript needs', async () => {
  const [settings] = blocksIn(await textOf('docs/guide.md'), 'json')
  const { compilerOptions } = JSON.parse(settings!)
  expect(compilerOptions).toMatchObject({ module: 'nodenext', strict: true, skipLibCheck: true })
})

const order = (number: number, userId: string, day: number): string =>
  JSON.stringify({
    eventId: `e${number}`,
    occurredAt: Date.UTC(2025, 0, day),
    orderId: `o${number}`,
    type: 'PLACED',
    currency: 'EUR',
    totalMinor: 1_000,
    userId,
  })

test('the run of the guide writes quiet customers beside dead letters', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-guide-'))
  try {
    await mkdir(join(folder, 'events'))
    const lines = [order(1, 'ann', 1), '{"eventId":', order(2, 'bob', 90)]
    await writeFile(join(folder, 'events', 'orders.ndjson'), lines.join('\n'))
    const script = pathOf('examples/quiet-customers/run.ts')
    const tsx = import.meta.resolve('tsx')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', tsx, script, 'ndjson:events', 'ndjson:results'],
      { cwd: folder, env: { ...process.env, TSX_TSCONFIG_PATH: pathOf('tsconfig.json') } },
    )
    expect(stdout).toMatch(/^finished 3 /)
    const resultsOf = (topic: string) =>
      readFile(join(folder, 'results', `${topic}.ndjson`), 'utf8')
    expect(JSON.parse(await resultsOf('quiet-customers'))).toMatchObject({
      userId: 'ann',
      orders: 1,
    })
    expect(await resultsOf('dead-letters')).toContain('"MALFORMED_JSON"')
    expect(await resultsOf('late-events')).toBe('')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
