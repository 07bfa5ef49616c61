/** What `demoProcess` starts: the demo, saying `committed` now and then. Options as JSON. */
import { pipelines } from '../src/pipelines/index.ts'
import { openDataDirectory } from '../src/runtime/data-directory.ts'
import { DEMO_APPLICATION, Demo } from '../src/runtime/demo/demo.ts'
import type { DemoProcessOptions } from './demo-process.ts'

const options: DemoProcessOptions = JSON.parse(process.argv[2]!)
const demo = await Demo.start({
  directory: await openDataDirectory(options.data, DEMO_APPLICATION),
  pipelines,
  rate: options.rate,
  seed: options.seed,
  historyMs: options.historyMs,
  port: 0,
  clickHouse: 'embedded',
  wallNow: Date.now,
  onEvent: event => void process.stderr.write(`${event}\n`),
})
process.stdout.write(`${JSON.stringify({ clickHousePid: demo.clickHousePid, url: demo.url })}\n`)
const told = setInterval(() => {
  const { phase, commits, clickHouse } = demo.status()
  process.stdout.write(
    `${JSON.stringify({ phase, commits, rows: clickHouse!.rows, clickHousePid: demo.clickHousePid, url: demo.url })}\n`,
  )
}, 20)
await demo.run(new Promise(resolve => process.once('SIGTERM', resolve)))
clearInterval(told)
await demo.close()
