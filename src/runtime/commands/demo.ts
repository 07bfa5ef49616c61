import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { learners, pipelines } from '../../pipelines/index.ts'
import { addressOf } from '../../sinks/clickhouse/client.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Command } from '../command-line/command.ts'
import { Interruption } from '../command-line/interruption.ts'
import { LiveBlock } from '../command-line/live-block.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { openDataDirectory } from '../data-directory.ts'
import { DEMO_APPLICATION, Demo, type DemoOptions } from '../demo/demo.ts'
import { beginningOf, endingOf, statusBlock, statusLine } from '../demo/demo-view.ts'

const RATE = 1_000
const PORT = 8080
const PORT_MAX = 65_535
const WATCHED_EVERY_MS = 1_000
const UNWATCHED_EVERY_MS = 5_000

export const demoCommand: Command = {
  name: 'demo',
  summary: 'Run everything in one process: a simulated shop, all pipelines, ClickHouse.',
  usage: ['demo [--rate N] [--for 60s] [--port N] [--seed N] [--data DIR] [options]'],
  options: [
    { name: 'rate', value: 'N', help: `Events per second. Default: ${RATE}` },
    { name: 'for', value: 'SPAN', help: 'Ends by itself after so long: 60s, 5m, 1h.' },
    { name: 'port', value: 'N', help: `Of status and metrics; 0 for any. Default: ${PORT}` },
    { name: 'seed', value: 'N', help: 'Another seed, another shop. Default: 1' },
    { name: 'data', value: 'DIR', help: 'Where all of it is kept. Default: .millrace' },
    {
      name: 'clickhouse',
      value: 'URL',
      help: 'Stores in this server instead of the embedded one.',
    },
    { name: 'no-clickhouse', help: 'Runs without: results are in the log alone.' },
    { name: 'json', help: 'Print the status as one JSON object when it ends.' },
  ],
  details:
    () => `The shop has sixty days behind it when it is first opened, which are loaded in about a minute; from
then on it is live. Seed and rate are those of the first start: give another --data for another shop.
Ctrl-C, or a crash at any moment, loses nothing: the same command goes on.`,
  run: async (args, terminal) => {
    const spanMs = args.span('for')
    const options = await optionsOf(args, terminal)
    const demo = await Demo.start(options.demo)
    const view = new DemoView(demo, terminal)
    options.onEvent(event => view.say(event))
    const interruption = new Interruption(terminal, 'Finishing what is under way…')
    try {
      const { rate, seed } = demo.settings
      terminal.tell(beginningOf(placesOf(demo, options.data), rate, seed))
      view.begin()
      const over = spanMs === undefined ? [] : [wait(spanMs, undefined, { ref: false })]
      await demo.run(Promise.race([interruption.requested, ...over]).finally(() => view.end()))
      const status = demo.status()
      terminal.print(args.has('json') ? JSON.stringify(status) : endingOf(status))
    } finally {
      view.end()
      interruption.end()
      await demo.close()
    }
  },
}

const optionsOf = async (args: Arguments, terminal: Terminal) => {
  args.wordsAtMost(0)
  const data = args.text('data') ?? '.millrace'
  let tell = (_event: string): void => {}
  const demo: DemoOptions = {
    directory: await openDataDirectory(data, DEMO_APPLICATION),
    pipelines,
    learners,
    rate: args.count('rate', 1) ?? RATE,
    seed: args.count('seed', 0) ?? 1,
    port: args.count('port', 0, PORT_MAX) ?? PORT,
    clickHouse: clickHouseOf(args),
    wallNow: terminal.wallNow,
    onEvent: event => tell(event),
  }
  const onEvent = (listener: (event: string) => void): void => {
    tell = listener
  }
  return { data, demo, onEvent }
}

const clickHouseOf = (args: Arguments): DemoOptions['clickHouse'] => {
  if (args.has('no-clickhouse')) return null
  const url = args.text('clickhouse')
  return url === undefined ? 'embedded' : addressOf(url)
}

const placesOf = (demo: Demo, data: string) => ({
  data,
  asking: askingOf(demo, data),
  url: demo.url,
  clickHouse:
    demo.address === null ? null : `${demo.address.url}, database ${demo.address.database}`,
  passwordFile: demo.isEmbedded ? join(data, 'clickhouse', 'password') : null,
})

/** What makes a query ask the same ClickHouse; of a server without its password, which nobody is to read. */
const askingOf = ({ isEmbedded, address }: Demo, data: string): string => {
  if (isEmbedded || address === null) return data === '.millrace' ? '' : ` --data ${data}`
  const { url, username, database } = address
  const user = username === 'default' ? '' : `${username}@`
  return ` --clickhouse ${url.replace('://', `://${user}`)}/${database}`
}

/** Shows the status now and then. */
class DemoView {
  readonly #demo: Demo
  readonly #terminal: Terminal
  readonly #block: LiveBlock
  #timer: NodeJS.Timeout | undefined

  constructor(demo: Demo, terminal: Terminal) {
    this.#demo = demo
    this.#terminal = terminal
    this.#block = new LiveBlock(terminal)
  }

  begin(): void {
    const everyMs = this.#terminal.isWatched ? WATCHED_EVERY_MS : UNWATCHED_EVERY_MS
    this.#timer = setInterval(() => this.#show(), everyMs)
  }

  say(event: string): void {
    if (this.#terminal.isWatched) this.#block.say(event)
    else this.#terminal.tell(`${event}\n`)
  }

  end(): void {
    clearInterval(this.#timer)
  }

  #show(): void {
    const status = this.#demo.status()
    if (this.#terminal.isWatched) this.#block.show(statusBlock(status))
    else this.#terminal.tell(`${statusLine(status)}\n`)
  }
}
