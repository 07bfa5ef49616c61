/** deploy/Dockerfile, as far as can be told without Docker. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, readText } from './compose-file.ts'

interface Instruction {
  readonly name: string
  readonly words: readonly string[]
}

/** Without comments, and with lines that go on in the next put together. */
const instructions: readonly Instruction[] = readText('deploy/Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter(line => line.trim() !== '')
  .map(line => {
    const [name, ...words] = line.trim().split(/\s+/)
    return { name: name!, words }
  })

const wordsOf = (name: string) =>
  instructions.filter(one => one.name === name).map(one => one.words)
const copies = wordsOf('COPY')
const stages = wordsOf('FROM').flatMap(words => (words[1] === 'AS' ? [words[2]!] : []))
const fromProject = copies.filter(words => !words[0]!.startsWith('--from='))
const sources = [...new Set(fromProject.flatMap(words => words.slice(0, -1)))]

/** What .dockerignore lets through: it shuts everything out, and then names what may pass. */
const [everything, ...passing] = readText('.dockerignore')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))

test.each(sources)('%s is there to be copied, and is not ignored', source => {
  expect(existsSync(join(ROOT, source))).toBe(true)
  expect(passing).toContain(`!${source}`)
})

test('nothing else is sent to the builder', () => {
  expect(everything).toBe('*')
  expect(passing.map(line => line.slice(1)).sort()).toEqual([...sources].sort())
})

test('what comes from another stage comes from one that is there, and was built in it', () => {
  const built = copies.filter(words => words[0]!.startsWith('--from='))
  expect(built.length).toBeGreaterThan(0)
  for (const [from, path] of built) {
    expect(stages).toContain(from!.slice('--from='.length))
    expect(path).toMatch(/^\/build\//)
  }
})

test('every stage begins with one version of Node for ever, which the package allows', () => {
  const bases = new Set(wordsOf('FROM').map(words => words[0]))
  expect([...bases]).toEqual([expect.stringMatching(/^node:20\.\d+\.\d+-[a-z]+-slim$/)])
})

test('the user of the image is not root', () => {
  const last = instructions.findLastIndex(one => one.name === 'FROM')
  const users = instructions.slice(last).filter(one => one.name === 'USER')
  expect(users).toHaveLength(1)
  expect(['root', '0']).not.toContain(users[0]!.words[0]!.split(':')[0])
})

test('what runs is the command of the package', () => {
  const { bin } = JSON.parse(readText('package.json')) as { bin: { millrace: string } }
  expect(wordsOf('ENTRYPOINT')[0]!.join(' ')).toContain(`/opt/millrace/${bin.millrace}`)
})

test('all that the package needs at run time is in the image', () => {
  const copied = new Set(copies.map(words => words.at(-1)))
  for (const path of ['./', './dist', './node_modules', './schemas', './deploy/clickhouse']) {
    expect(copied).toContain(path)
  }
})
