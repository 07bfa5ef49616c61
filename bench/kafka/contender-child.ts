/** Runs one contender, and sends what it cost: forked with its options as JSON. */
import { performance } from 'node:perf_hooks'
import { runBareLoop } from './bare-loop.ts'
import { createTopics, ownName } from './broker.ts'
import { type ContenderCost, type ContenderOptions, PACE } from './contender.ts'
import { runOurPipeline } from './our-pipeline.ts'

const options = JSON.parse(process.argv[2]!) as ContenderOptions

class Stretch {
  #cpu = process.cpuUsage()
  #wall = performance.now()
  #before = 0
  cost: ContenderCost = { records: 0, cpuMicros: 0, wallSeconds: 0 }

  begin = (recordsBefore = 0): void => {
    this.#cpu = process.cpuUsage()
    this.#wall = performance.now()
    this.#before = recordsBefore
  }

  end = (): void => {
    const { user, system } = process.cpuUsage(this.#cpu)
    const wallSeconds = (performance.now() - this.#wall) / 1_000
    const records = options.clicks.records - this.#before
    this.cost = { records, cpuMicros: user + system, wallSeconds }
  }
}

/** Bytes that compress about as ours do would flatter neither: these are of random digits. */
const digits = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, index) => (index * 7_919) % 10).join(''))

const bare = async (isTransactional: boolean, stretch: Stretch): Promise<void> => {
  const { clicks, sizes } = options
  const { partitions, records, topic: from } = clicks
  const group = ownName('bare')
  const results = `${group}-results`
  const changelog = isTransactional ? `${group}-changelog` : null
  await createTopics(changelog === null ? [results] : [results, changelog], partitions)
  await runBareLoop({
    ...PACE,
    ...{ group, from, results, changelog, partitions, records },
    headers: [{ resultId: '0123456789abcdef0123456789abcdef' }],
    result: digits(sizes.resultBytes),
    change: digits(sizes.changeBytes),
    onFirst: () => stretch.begin(),
    onDone: stretch.end,
  })
}

const stretch = new Stretch()
const { contender, clicks, dir } = options
if (contender.kind === 'bare') await bare(contender.isTransactional, stretch)
else {
  const { guarantee, crosses } = contender
  await runOurPipeline({
    ...PACE,
    ...{ applicationId: ownName('ours'), clicks, guarantee, crosses, dir },
    onBegun: stretch.begin,
    onDone: stretch.end,
  })
}
process.send!(stretch.cost)
process.disconnect()
