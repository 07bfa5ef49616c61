/**
 * What a refit of a million buyers does to the stream: a live run at a steady rate goes over midnight,
 * when all cohorts tell; a quarter past, when the cut is made and the fit begins; and one o'clock, when
 * what was found takes effect. The clock is put forward between these minutes.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { days, hours, minutes, seconds } from '../../src/engine/time.ts'
import { purchasePopulations } from '../../src/events.ts'
import type { LiveCommit } from '../../src/runtime/live/live-run.ts'
import { Meter } from '../clock.ts'
import type { Figure } from '../figure.ts'
import { type Evenness, RunWatch } from '../refit/run-watch.ts'
import { ShopClock } from '../refit/shop-clock.ts'
import { ShopRun } from '../refit/shop-run.ts'
import { SteadyLoad } from '../refit/steady-load.ts'
import type { LearningTime } from '../refit/timed-learner.ts'

const PER_SECOND = 2_000
const COMMIT_INTERVAL_MS = 100
const MIDNIGHT = Date.UTC(2026, 0, 6)
const SETTLE_MS = seconds(15)
const WATCHED_MS = seconds(60)
/** The model of all and that of the one market. */
const FITS = 2

export const refit = async (dir: string, users: string): Promise<Figure[]> => {
  const shop = await RefitShop.open(dir, Number(users))
  const history = await shop.takeHistory()
  shop.begin()
  const quiet = await shop.watch(MIDNIGHT - minutes(30), WATCHED_MS)
  const told = await shop.watch(MIDNIGHT - seconds(20), WATCHED_MS)
  const cut = await shop.watch(MIDNIGHT + minutes(75) - seconds(10), WATCHED_MS, true)
  const effective = await shop.watch(MIDNIGHT + hours(2) - seconds(10), WATCHED_MS)
  await shop.end()
  const of = `refit of ${Number(users).toLocaleString('en')} buyers:`
  return [
    history,
    ...evenness(`${of} undisturbed`, quiet),
    ...evenness(`${of} midnight`, told, quiet),
    ...evenness(`${of} cut and fit`, cut, quiet),
    ...evenness(`${of} new version`, effective, quiet),
    ...shop.figures(of),
  ]
}

const evenness = (name: string, seen: Evenness, quiet?: Evenness): Figure[] => [
  {
    name: `${name}, longest time between results`,
    value: seen.gapMs,
    unit: 'ms',
    ...(quiet ? { target: Math.round(quiet.gapMs + COMMIT_INTERVAL_MS) } : {}),
  },
  { name: `${name}, median of these`, value: seen.medianGapMs, unit: 'ms' },
  { name: `${name}, longest hold of the event loop`, value: seen.heldMs, unit: 'ms' },
  ...(seen.computedMs === null
    ? []
    : [
        {
          name: `${name}, most CPU of the main thread between results`,
          value: seen.computedMs,
          unit: 'ms' as const,
        },
      ]),
]

class RefitShop {
  readonly #clock = new ShopClock(MIDNIGHT - hours(12))
  readonly #watch = new RunWatch()
  readonly #buyers: number
  readonly #learnt: LearningTime[] = []
  /** Wall clock, by `performance`. */
  readonly #cutsAt: number[] = []
  readonly #foundAt: number[] = []
  #run!: ShopRun
  #load!: SteadyLoad

  static async open(dir: string, buyers: number): Promise<RefitShop> {
    const shop = new RefitShop(buyers)
    shop.#run = await ShopRun.start({
      dir,
      now: shop.#clock.now,
      onCommit: shop.#onCommit,
      onLearnt: time => shop.#learnt.push(time),
      onFinding: line => {
        process.stderr.write(`${line}\n`)
        shop.#foundAt.push(performance.now())
      },
      onFailure: error => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    })
    return shop
  }

  private constructor(buyers: number) {
    this.#buyers = buyers
  }

  async takeHistory(): Promise<Figure> {
    const meter = new Meter()
    const until = MIDNIGHT - days(1)
    const orders = await meter.runAsync(() => this.#run.takeHistory(this.#buyers, until))
    const { cpuMicros, wallSeconds } = meter.cost
    return {
      name: `refit: history of ${this.#buyers.toLocaleString('en')} buyers, four pipelines`,
      value: cpuMicros / orders,
      unit: 'µs',
      per: 'event',
      perSecond: orders / wallSeconds,
    }
  }

  begin(): void {
    const { now } = this.#clock
    const { log } = this.#run
    this.#load = new SteadyLoad({ log, buyers: this.#buyers, perSecond: PER_SECOND, now })
    this.#load.start()
  }

  /** Puts the clock forward to a little before `at`, lets the run settle, and watches it. */
  async watch(at: number, ms: number, isFitting = false): Promise<Evenness> {
    this.#clock.forwardTo(at - SETTLE_MS)
    await wait(Math.max(0, at - this.#clock.now()))
    this.#watch.begin()
    await wait(ms)
    while (isFitting && this.#foundAt.length < FITS) await wait(100)
    return this.#watch.end()
  }

  async end(): Promise<void> {
    await this.#load.stop()
    await this.#run.stop()
  }

  figures(of: string): Figure[] {
    const longest = (values: readonly number[]): number => Math.max(0, ...values)
    return [
      {
        name: `${of} from the cut to the last version`,
        value: (longest(this.#foundAt) - longest(this.#cutsAt)) / 1_000,
        unit: 's',
      },
      {
        name: `${of} a fit by itself`,
        value: longest(this.#learnt.map(({ tookMs }) => tookMs)) / 1_000,
        unit: 's',
      },
      {
        name: `${of} its longest piece`,
        value: longest(this.#learnt.map(({ longestPieceMs }) => longestPieceMs)),
        unit: 'ms',
      },
    ]
  }

  readonly #onCommit = (commit: LiveCommit): void => {
    this.#watch.onCommit(commit)
    const outputs = commit.units.flatMap(({ unit }) => unit.outputs)
    for (const { topic } of outputs) {
      if (topic === purchasePopulations) this.#cutsAt.push(performance.now())
    }
  }
}
