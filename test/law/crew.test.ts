import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Crew } from './crew.ts'
import { MillProcess } from './mill-process.ts'

/** Says that it is there, and ends with what it was given when it is asked to. */
const PROGRAM = `
process.stdout.write('started ' + process.argv[2] + '\\n')
process.on('SIGTERM', () => process.exit(Number(process.argv[3])))
if (process.argv[4] === 'dies') process.exit(7)
setInterval(() => {}, 1_000)
`

let folder = ''
let crew: Crew
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-crew-'))
  await writeFile(join(folder, 'program.cjs'), PROGRAM)
})
afterEach(async () => {
  await crew.killAll()
  await rm(folder, { recursive: true, force: true })
})

const crewOf = (...argv: readonly string[]): Crew => {
  crew = new Crew({
    endWithinMs: 10_000,
    tell: () => {},
    start: index =>
      new MillProcess(
        [join(folder, 'program.cjs'), String(index), ...argv],
        join(folder, `${index}.txt`),
      ),
  })
  return crew
}

const output = (index: number): Promise<string> =>
  readFile(join(folder, `${index}.txt`), 'utf8').catch(() => '')
const startsOf = async (index: number): Promise<number> =>
  (await output(index)).split('\n').length - 1
const untilStarted = (index: number, times: number): Promise<void> =>
  vi.waitFor(async () => expect(await startsOf(index)).toBe(times), { timeout: 20_000 })

test('a killed process comes again, and nothing is odd about it', async () => {
  await crewOf('0').scaleTo(2)
  await untilStarted(1, 1)
  await crew.kill({ place: 0.9, atWork: false }, 10)
  await untilStarted(1, 2)
  expect(await startsOf(0)).toBe(1)
  expect(crew.oddities).toEqual([])
})

test('processes that are too many end in good order, and stay away', async () => {
  await crewOf('0').scaleTo(3)
  for (const index of [0, 1, 2]) await untilStarted(index, 1)
  await crew.scaleTo(1)
  expect(crew.size).toBe(1)
  expect(crew.oddities).toEqual([])
})

test('a process that does not end with 0 when it is asked to is told of', async () => {
  await crewOf('3').scaleTo(1)
  await untilStarted(0, 1)
  await crew.end({ place: 0, atWork: false }, 10)
  expect(crew.oddities).toEqual(['process 0 was asked to end and ended with code 3'])
  await untilStarted(0, 2)
})

/** Ends with 1 where its child was killed, as `millrace run` does. */
const PARENT = `
const child = require('node:child_process').spawn('sleep', ['1000'])
child.on('spawn', () => process.stdout.write('started ' + process.argv[2] + '\\n'))
process.on('SIGTERM', () => { process.exit(child.signalCode === null ? 0 : 1) })
`

test('a process whose child was killed may say so when it is asked to end', async () => {
  await writeFile(join(folder, 'program.cjs'), PARENT)
  await crewOf('0').scaleTo(1)
  await untilStarted(0, 1)
  await crew.killChild({ place: 0, atWork: false })
  expect(crew.childrenKilled).toBe(1)
  await crew.end({ place: 0, atWork: false }, 10)
  await untilStarted(0, 2)
  expect(crew.oddities).toEqual([])
})

test('a process that ends by itself is told of, and started again', async () => {
  await crewOf('0', 'dies').scaleTo(1)
  await untilStarted(0, 2)
  expect(crew.oddities[0]).toBe('process 0 ended by itself with code 7')
})

test('a paused process goes on where it was', async () => {
  await crewOf('0').scaleTo(1)
  await untilStarted(0, 1)
  await crew.pause({ place: 0, atWork: false }, 10)
  await crew.scaleTo(0)
  expect(crew.oddities).toEqual([])
})
