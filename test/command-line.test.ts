/** Commands as they are written: 0 is done, 1 failed with what to do, 2 written wrongly. */
import { expect, test } from 'vitest'
import { argumentsOf } from '../src/runtime/command-line/arguments.ts'
import { momentOf } from '../src/runtime/command-line/moment.ts'
import { mill } from './mill.ts'

const OPTIONS = [
  { name: 'from', value: 'SOURCE', several: true, help: '' },
  { name: 'to', value: 'TARGET', several: true, help: '' },
  { name: 'since', value: 'T', help: '' },
  { name: 'drain', help: '' },
]
const parsed = (...words: readonly string[]) => argumentsOf(words, OPTIONS)

test('an option of several values takes all words up to the next option, and may be repeated', () => {
  const args = parsed('x', '--from', 'a', 'b', '--to', 'c', '--drain', 'y', '--from=d', 'e')
  expect(args.texts('from')).toEqual(['a', 'b', 'd', 'e'])
  expect(args.texts('to')).toEqual(['c'])
  expect(args.words).toEqual(['x', 'y'])
  expect(args.has('drain')).toBe(true)
})

test('what is not written as an option wants it is said', () => {
  expect(() => parsed('--frm', 'a')).toThrow('there is no option --frm; did you mean --from?')
  expect(() => parsed('--from')).toThrow('--from wants a value: --from SOURCE')
  expect(() => parsed('--since', '--drain')).toThrow('--since wants a value')
  expect(() => parsed('--drain=yes')).toThrow('--drain takes no value')
  expect(() => parsed('-d')).toThrow('there is no option -d')
  expect(() => parsed('--since', 'noon').moment('since')).toThrow(/--since noon: give milliseconds/)
})

test('a moment is milliseconds, a day, or a time with its zone', () => {
  expect(momentOf('86400000')).toBe(86_400_000)
  expect(momentOf('1970-01-02')).toBe(86_400_000)
  expect(momentOf('1970-01-02T01:00:00+01:00')).toBe(86_400_000)
  expect(momentOf('1970-01-02T00:00:00')).toBe(null)
  expect(momentOf('2025-02-30')).toBe(null)
})

test('help and version are answers', async () => {
  expect(await mill('--version')).toMatchObject({ code: 0, stdout: '0.0.0\n' })
  const overview = await mill('--help')
  expect(overview).toMatchObject({ code: 0, stderr: '' })
  for (const name of ['replay', 'import', 'dead-letters', 'label', 'erase', 'schemas', 'sample']) {
    expect(overview.stdout).toContain(`  ${name}`)
    const help = await mill(name, '--help')
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toContain(`Usage: millrace ${name}`)
  }
  expect((await mill('import', '--help')).stdout).toMatch(/online-retail .*\n.*cdnow/)
})

/** Nothing on stdout, and the usage on stderr. */
const WRONG: readonly (readonly [words: string, says: RegExp])[] = [
  ['', /say which command/],
  ['replai', /Did you mean replay\?/],
  ['diff', /diff is not there yet/],
  ['run millrace.yaml', /millrace.yaml: there is no place for this word/],
  ['config', /say print or check/],
  ['schemas register', /say where the registry is/],
  ['replay', /--from is missing/],
  ['replay --from ndjson:a', /--to is missing/],
  ['replay --from a --to null:', /a is no place/],
  ['replay --from kafka:b --to null:', /kafka:b: brokers are written as kafka:host:9092/],
  ['replay --from avro:b --to null:', /avro: is not supported yet/],
  ['replay --from ndjson:a --to null: --pipelines fraud-score', /Did you mean fraud-scores\?/],
  ['replay ndjson:a --to null:', /ndjson:a: there is no place for this word/],
  ['import online-retial x --to log:y', /Did you mean online-retail\?/],
  ['import cdnow x', /--to is missing/],
  ['import cdnow x --to null:', /goes to ndjson:DIR or log:DIR/],
  ['dead-letters lst', /did you mean list\?/],
  ['dead-letters redrive', /numbers of letters, or --all/],
  ['dead-letters show x', /x is no number/],
  ['label --fraud', /say which: the id of an order/],
  ['label o1', /say --fraud or --not-fraud/],
  ['label o1 --fraud --not-fraud', /say --fraud or --not-fraud/],
  ['label o1 o2 --fraud', /o2: there is no place for this word/],
  ['label o1 --fraud --at 4102444800000', /--at is ahead/],
  ['sample --orders 5', /from 100 on/],
  ['sample --seed 1 --seed 2', /--seed stands twice: give it once/],
  ['replay --from ndjson:a --to null: --drain --drain', /--drain stands twice/],
]

for (const [words, says] of WRONG) {
  test(`millrace ${words} is written wrongly`, async () => {
    const ended = await mill(...words.split(' ').filter(word => word !== ''))
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toMatch(says)
    expect(ended.stderr).toContain('Usage: millrace')
  })
}

test('the schemas of the house are sound', async () => {
  expect(await mill('schemas', 'check')).toMatchObject({
    code: 0,
    stdout: 'All schemas are sound.\n',
  })
})
