/**
 * What a refit of so many buyers holds the event loop for, part by part: the cohorts that tell at
 * midnight, the cut a quarter past, and the pieces of a fit. Nothing else runs meanwhile; see `refit.ts`
 * for a live run. Three nights, as the first one runs code that was never run before.
 */
import { Application } from '../../src/engine/application.ts'
import type { EngineFields } from '../../src/engine/arrival.ts'
import type { Output } from '../../src/engine/commit.ts'
import { finding } from '../../src/engine/learning/finding.ts'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { days, hours, minutes, seconds } from '../../src/engine/time.ts'
import {
  deadLetters,
  lateEvents,
  populationChanges,
  purchasePopulations as populationsTopic,
} from '../../src/events.ts'
import { bucketOf } from '../../src/models/quantile-sketch.ts'
import { populationLearner } from '../../src/pipelines/population-learner.ts'
import { purchaseCohorts } from '../../src/pipelines/purchase-cohorts.ts'
import { purchasePopulations } from '../../src/pipelines/purchase-populations.ts'
import type { Figure } from '../figure.ts'
import { randomOf } from '../random.ts'
import { countedBuyers, YEAR_DAYS } from '../refit/buyers.ts'
import { mainThreadMs } from '../refit/main-thread.ts'

const NIGHTS = 3
const MIDNIGHT = Date.UTC(2026, 0, 6)
const LAST_DAY = MIDNIGHT / days(1) - 1
const COMMIT_RECORDS = 20_000
const COMMIT_INTERVAL_MS = 100

export const refitParts = async (_dir: string, users: string): Promise<Figure[]> => {
  const count = Number(users)
  const population = new Population()
  population.join(count)
  const nights = Array.from({ length: NIGHTS }, (_, night) => population.pass(night, count))
  const of = `refit of ${count.toLocaleString('en')} buyers, main thread:`
  return (Object.keys(PARTS) as Part[]).flatMap(part =>
    [
      ['first night', nights[0]![part]],
      ['later', Math.max(...nights.slice(1).map(night => night[part]))],
    ].map(([when, ms]) => ({
      name: `${of} ${PARTS[part]}, ${when}`,
      value: Number(ms),
      unit: 'ms',
      ...(part === 'fit' ? {} : { target: COMMIT_INTERVAL_MS }),
    })),
  )
}

const PARTS = {
  midnight: 'all cohorts tell, with their commit',
  cut: 'two cuts, with their commit',
  piece: 'longest piece of a fit',
  fit: 'a fit, in pieces',
} as const
type Part = keyof typeof PARTS
type Night = Record<Part, number>

interface Place {
  readonly cohortDay: number
  readonly lastDay: number
  readonly repeats: number
  readonly meanMinor: number
}

const SOMEBODY: Place = { cohortDay: LAST_DAY, lastDay: LAST_DAY, repeats: 0, meanMinor: 2_000 }

class Population {
  readonly #application = new Application({
    pipelines: [purchaseCohorts, purchasePopulations],
    sourcePartitions: () => 1,
    mode: 'live',
    lateEvents,
    deadLetters,
  })
  #sent = 0

  /** All of them on one afternoon. */
  join(buyers: number): void {
    const first = LAST_DAY - YEAR_DAYS
    for (const { days: bought, meanMinor } of countedBuyers(buyers)) {
      this.#send(MIDNIGHT - hours(12) + Math.floor((hours(1) * this.#sent) / buyers), {
        cohortDay: first + bought[0]!,
        lastDay: first + bought.at(-1)!,
        repeats: bought.length - 1,
        meanMinor,
      })
      if (this.#sent % COMMIT_RECORDS === 0) this.#application.commit()
    }
    this.#application.commit()
  }

  pass(night: number, buyers: number): Night {
    const midnight = MIDNIGHT + days(night)
    if (night > 0) this.#grow(midnight - hours(12), buyers / 50)
    this.#send(midnight - seconds(1), SOMEBODY)
    this.#application.commit()
    const told = this.#upTo(midnight + minutes(1))
    const [ofAll, ofMarket] = [
      this.#upTo(midnight + minutes(16)),
      this.#upTo(midnight + minutes(76)),
    ]
    const cuts = [...ofAll.outputs, ...ofMarket.outputs].filter(
      ({ topic }) => topic === populationsTopic,
    )
    const fits = cuts.map(({ value }) => piecesOf(value as Buffer))
    const longest = (of: (pieces: readonly number[]) => number) => Math.max(...fits.map(of))
    return {
      midnight: told.tookMs,
      cut: ofAll.tookMs + ofMarket.tookMs,
      piece: longest(pieces => Math.max(...pieces)),
      fit: longest(pieces => pieces.reduce((sum, ms) => sum + ms, 0)),
    }
  }

  /** So that all cohorts have something to tell, and a cut is worth while. */
  #grow(at: number, buyers: number): void {
    const random = randomOf(at)
    for (let buyer = 0; buyer < buyers; buyer++) {
      const day = LAST_DAY - Math.floor(random() * YEAR_DAYS)
      const meanMinor = 500 + Math.floor(4_000 * random())
      this.#send(at + buyer, { cohortDay: day, lastDay: day, repeats: 0, meanMinor })
      if (buyer % 100 === 0) this.#application.commit()
    }
  }

  #upTo(at: number): { readonly tookMs: number; readonly outputs: readonly Output[] } {
    const beganAt = cpuMs()
    this.#send(at, SOMEBODY)
    const { outputs } = this.#application.commit()
    return { tookMs: cpuMs() - beganAt, outputs }
  }

  #send(at: number, { cohortDay, lastDay, repeats, meanMinor }: Place): void {
    const offset = this.#sent++
    const event = {
      ...JOINED,
      resultId: `r${offset}`,
      occurredAt: at,
      cohortDay,
      lastDay,
      repeats,
      spendBucket: bucketOf(meanMinor),
    }
    this.#application.take({
      topic: populationChanges,
      partition: 0,
      source: `${populationChanges.name}|0`,
      offset,
      timestampMs: at,
      key: null,
      format: 'avro',
      value: null,
      event,
      failure: null,
      redrivenFor: null,
    })
  }
}

const JOINED = {
  causeEventId: null,
  modelVersion: 'bench',
  reasons: [],
  subjectId: 'USER:somebody',
  market: 'DE',
  change: 'JOINED',
  purchases: 1,
  dealPurchases: 0,
  views: 0,
  dealViews: 0,
  horizonDays: null,
  forecastAt: null,
  churnRisk: null,
  bought: null,
}

/** What each piece took, the decoding of the cut with the first one. */
const piecesOf = (cut: Buffer): readonly number[] => {
  const took: number[] = []
  let beganAt = cpuMs()
  const record = codecsOf<EngineFields>(populationsTopic).decodeAvro(cut) as EngineFields
  const pieces = finding(populationLearner, record, 'avro')
  for (;;) {
    const { done } = pieces.next()
    took.push(cpuMs() - beganAt)
    if (done) return took
    beganAt = cpuMs()
  }
}

/** By the wall clock where the system does not say. */
const cpuMs = (): number => mainThreadMs() ?? performance.now()
