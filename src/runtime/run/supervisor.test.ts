import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Supervisor, type SupervisorOptions } from './supervisor.ts'

/** Processes that do as one word tells them. */
const PROGRAM = `
const [how] = process.argv.slice(2)
const stop = () => {
  if (how === 'lingers') return process.send({ type: 'ended', code: 0 })
  if (how !== 'deaf') process.exit(how === 'sour' ? 1 : 0)
}
process.on('message', message => { if (message.type === 'stop') stop() })
process.on('SIGTERM', stop)
process.send('up')
if (how === 'crashes') process.exit(7)
if (how === 'is refused') process.exit(3)
setInterval(() => {}, 1000)
`

interface Watched {
  readonly supervisor: Supervisor
  /** Every process that was started, in order, with its index. */
  readonly children: readonly { readonly index: number; readonly child: ChildProcess }[]
  readonly lines: readonly string[]
  /** Resolves once so many processes are up. */
  readonly up: (count: number) => Promise<void>
}

const watched = async (
  how: (index: number, start: number) => string,
  options: Partial<SupervisorOptions> = {},
): Promise<Watched> => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-supervisor-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const program = join(folder, 'program.cjs')
  await writeFile(program, PROGRAM)
  const children: { index: number; child: ChildProcess }[] = []
  const lines: string[] = []
  let ups = 0
  const supervisor = new Supervisor({
    processes: 2,
    restarts: { max: 2, withinMs: 60_000 },
    drainTimeoutMs: 20_000,
    say: line => void lines.push(line),
    now: () => performance.now(),
    backOff: { firstMs: 1, mostMs: 4, lastingMs: 60_000 },
    ...options,
    fork: index => {
      const start = children.filter(each => each.index === index).length
      const child = fork(program, [how(index, start)], { execArgv: [] })
      child.once('message', () => ups++)
      children.push({ index, child })
      return child
    },
  })
  onTestFinished(() => supervisor.kill())
  const up = async (count: number): Promise<void> => {
    while (ups < count) await wait(5)
  }
  return { supervisor, children, lines, up }
}

const stopper = () => {
  let stop = (): void => {}
  const stopped = new Promise<void>(resolve => {
    stop = resolve
  })
  return { stop: () => stop(), stopped }
}

describe('the processes of a run', () => {
  test('run until all are told to stop, and end in good order', async () => {
    const { supervisor, children, up } = await watched(() => 'well')
    const { stop, stopped } = stopper()
    const running = supervisor.run(stopped)
    await up(2)
    stop()
    await running
    expect(children.map(({ index }) => index)).toEqual([0, 1])
    expect(children.map(({ child }) => child.exitCode)).toEqual([0, 0])
  })

  test('have ended when they say so, and are not waited for where their end hangs', async () => {
    const { supervisor, children, up } = await watched(() => 'lingers', { killGraceMs: 1 })
    const { stop, stopped } = stopper()
    const running = supervisor.run(stopped)
    await up(2)
    stop()
    await running
    expect(children.map(({ child }) => child.signalCode)).toEqual(['SIGKILL', 'SIGKILL'])
  })

  test('are started again, each in its place, where they are killed', async () => {
    const { supervisor, children, lines, up } = await watched(() => 'well')
    const { stop, stopped } = stopper()
    const running = supervisor.run(stopped)
    await up(2)
    children.find(({ index }) => index === 1)!.child.kill('SIGKILL')
    await up(3)
    stop()
    await running
    expect(children.map(({ index }) => index)).toEqual([0, 1, 1])
    expect(lines).toEqual(['process 1 ended with signal SIGKILL, and is started again in 1 ms'])
  })

  test('are given up where they crash too often, and the others end in good order', async () => {
    const { supervisor, children, up } = await watched(index => (index === 0 ? 'well' : 'crashes'))
    const { stopped } = stopper()
    const running = supervisor.run(stopped)
    await expect(running).rejects.toThrow(
      'processes crashed more than 2 times within 60 s, process 1 last with code 7',
    )
    await up(4)
    expect(children.filter(({ index }) => index === 1)).toHaveLength(3)
    expect(children[0]!.child.exitCode).toBe(0)
  })

  test('are not given up for crashes of long ago', async () => {
    let now = 0
    const { supervisor, up } = await watched(
      (index, start) => (index === 1 && start < 6 ? 'crashes' : 'well'),
      { now: () => (now += 40_000) },
    )
    const { stop, stopped } = stopper()
    const running = supervisor.run(stopped)
    await up(8)
    stop()
    await running
  })

  test('are not counted as crashed where they end in good order, and come back', async () => {
    const { supervisor, children, up } = await watched(() => 'well', {
      restarts: { max: 0, withinMs: 60_000 },
    })
    const { stop, stopped } = stopper()
    const running = supervisor.run(stopped)
    await up(2)
    children[0]!.child.kill('SIGTERM')
    await up(3)
    stop()
    await running
    expect(children.map(({ index }) => index)).toEqual([0, 1, 0])
  })

  test('are not started again where one says that it would be of no use', async () => {
    const { supervisor, children } = await watched(index => (index === 0 ? 'well' : 'is refused'))
    const { stopped } = stopper()
    await expect(supervisor.run(stopped)).rejects.toThrow('process 1 cannot go on')
    expect(children).toHaveLength(2)
  })

  test('are killed where they do not end in time, and that is said', async () => {
    const { supervisor, children, up } = await watched(index => (index === 0 ? 'well' : 'deaf'), {
      drainTimeoutMs: 1,
      killGraceMs: 1_000,
    })
    const { stop, stopped } = stopper()
    const running = supervisor.run(stopped)
    await up(2)
    stop()
    await expect(running).rejects.toThrow('1 process had not ended after 1 ms and was killed')
    const deaf = children.find(({ index }) => index === 1)!.child
    expect(deaf.signalCode).toBe('SIGKILL')
  })

  test('that fail while they end fail the run', async () => {
    const { supervisor, up } = await watched(() => 'sour')
    const { stop, stopped } = stopper()
    const running = supervisor.run(stopped)
    await up(2)
    stop()
    await expect(running).rejects.toThrow('2 processes failed while ending')
  })
})
