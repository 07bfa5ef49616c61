import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { isAlive, startOf } from './process-alive.ts'

const started: ChildProcess[] = []
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})

/** Prints the number of a child, and becomes a program that never asks after it. */
const UNASKING = 'sleep 300 & echo $!; exec tail -f /dev/null'

/** A process that has ended, and whose parent never asks after it. */
const unaskedProcess = async (): Promise<number> => {
  const parent = spawn('sh', ['-c', UNASKING], { stdio: ['ignore', 'pipe', 'inherit'] })
  started.push(parent)
  const [line] = await new Promise<Buffer[]>(resolve =>
    parent.stdout!.once('data', (...data) => resolve(data)),
  )
  // A shell asks after its children as long as it is one.
  await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('tail\n')
  const pid = Number(line)
  process.kill(pid, 'SIGKILL')
  return pid
}

test('a process is there until it has ended', async () => {
  const child = spawn('sleep', ['300'])
  started.push(child)
  expect(isAlive(child.pid)).toBe(true)
  expect(isAlive(process.pid)).toBe(true)
  const exited = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGKILL')
  await exited
  expect(isAlive(child.pid)).toBe(false)
  expect(isAlive(undefined)).toBe(false)
})

test.skipIf(!existsSync('/proc/self/stat'))(
  'a process that has ended is gone, also while its parent does not ask after it',
  async () => {
    const pid = await unaskedProcess()
    await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(' Z ')
    expect(process.kill(pid, 0), 'its number is taken still').toBe(true)
    expect(isAlive(pid)).toBe(false)
  },
)

test.skipIf(!existsSync('/proc/self/stat'))('a process is told by when it was started', () => {
  expect(startOf(process.pid)).toMatch(/^[0-9a-f-]{36} \d+$/)
  expect(startOf(process.pid)).toBe(startOf(process.pid))
  expect(startOf(process.pid)).not.toBe(startOf(process.ppid))
})
