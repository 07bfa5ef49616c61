/**
 * Scenario tables: what happens, row by row, and what comes of it after `=>`.
 *
 *   const check = scenario(fraudScores, {
 *     events: { order: (at, id, userId) => send(orders, { occurredAt: at, eventId: id, userId, … }) },
 *     show: (result: FraudScore) => `${result.subjectId} ${result.action}`,
 *   })
 *   test('a burst of declines outranks a new device', () => check(`
 *       0     order o1 ann
 *       =>    o1 ALLOW
 *       +5m   order o2 ann          # five minutes after the row before
 *       =>    o2 HOLD
 *       tick  3d                    # the clock, with all input read
 *       drain                       # time goes to infinity
 *   `))
 *
 * A row of results stands under the row that caused them, one line each. A table that does not hold
 * fails with the whole table as it is, to be read, and pasted where it is right.
 */
import type { Limits } from '../engine/application.ts'
import type { Output } from '../engine/commit.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { Instant } from '../engine/time.ts'
import { type DeadLetter, deadLetters, type LateEvent, lateEvents } from '../events.ts'
import { Harness } from './harness.ts'
import { instantIn } from './instant-in.ts'
import type { Send } from './script.ts'

export interface ScenarioColumns<R> {
  /** By the word in the second column: makes the record from its time and the cells after it. */
  readonly events: Readonly<Record<string, (at: Instant, ...cells: string[]) => Send>>
  /** One line for a result; what it leaves out is not compared. */
  readonly show: (result: R) => string
  /** Event time of `0`, in ms since 1970. Default 0. */
  readonly from?: Instant
  /**
   * In `history`, the default, each row takes the watermark of all inputs along; `live`, an input
   * that has no row holds it back until a tick.
   */
  readonly mode?: 'live' | 'history'
  readonly partitions?: number
  readonly sourcePartitions?: number
  readonly limits?: Partial<Limits>
}

/** Returns a function that throws where a table does not hold. */
export const scenario =
  <R>(pipelines: Pipeline | readonly Pipeline[], columns: ScenarioColumns<R>) =>
  (table: string): void => {
    const rows = rowsOf(table)
    const actual = new Play('id' in pipelines ? [pipelines] : pipelines, columns).run(rows)
    const wanted = rows.flatMap(({ text, results }) => [text, ...results])
    const found = actual.flatMap(({ text, results }) => [text, ...results])
    if (wanted.join('\n') === found.join('\n')) return
    throw new Error(failureText(rows, actual))
  }

interface Row {
  /** The line without its remark, columns parted by single spaces. */
  readonly text: string
  /** The line as it was written. */
  readonly line: string
  readonly results: readonly string[]
}

const rowsOf = (table: string): readonly Row[] => {
  const rows: { text: string; line: string; results: string[] }[] = []
  for (const line of table.split('\n')) {
    const text = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .replace(/\s+/g, ' ')
    if (text === '') continue
    if (!text.startsWith('=>')) rows.push({ text, line: line.trim(), results: [] })
    else if (rows.length === 0) throw new Error(`"${text}" stands before the first event`)
    else rows.at(-1)!.results.push(text.slice(2).trim())
  }
  return rows
}

/** One run of a table. */
class Play<R> {
  readonly #mill: Harness
  readonly #columns: ScenarioColumns<R>
  #at: Instant
  #shown = 0

  constructor(pipelines: readonly Pipeline[], columns: ScenarioColumns<R>) {
    const { mode, partitions, sourcePartitions, limits } = columns
    this.#mill = new Harness(pipelines, {
      mode: mode ?? 'history',
      ...(partitions ? { partitions } : {}),
      ...(sourcePartitions ? { sourcePartitions } : {}),
      ...(limits ? { limits } : {}),
    })
    this.#columns = columns
    this.#at = columns.from ?? 0
  }

  run(rows: readonly Row[]): readonly Row[] {
    return rows.map(({ text, line }) => {
      this.#play(text)
      return { text, line, results: this.#results() }
    })
  }

  #play(text: string): void {
    const [first, second, ...cells] = text.split(' ')
    if (first === 'drain') this.#mill.finish(true)
    else if (first === 'tick') this.#mill.advanceTo(this.#moment(second, text))
    else this.#send(this.#moment(first, text), second, cells, text)
  }

  #moment(cell: string | undefined, text: string): Instant {
    const at = instantIn(cell ?? '', this.#columns.from ?? 0, this.#at)
    if (at === null) throw new Error(`"${text}": ${MOMENTS}`)
    this.#at = at
    return at
  }

  #send(at: Instant, word: string | undefined, cells: string[], text: string): void {
    const eventOf = this.#columns.events[word ?? '']
    if (!eventOf) {
      const words = Object.keys(this.#columns.events).join(', ')
      throw new Error(
        `"${text}": there is no event called ${word ?? '(nothing)'}; there is ${words}`,
      )
    }
    const { send, record, partition } = eventOf(at, ...cells)
    this.#mill.send(send, record, { partition: partition ?? 0 })
  }

  #results(): string[] {
    const fresh = this.#mill.outputs.slice(this.#shown)
    this.#shown = this.#mill.outputs.length
    return fresh.map(output => this.#lineOf(output).trim().replace(/\s+/g, ' '))
  }

  #lineOf({ topic, record }: Output): string {
    if (topic.name === lateEvents.name) return `LATE by ${(record as LateEvent).lateByMs} ms`
    if (topic.name !== deadLetters.name) return this.#columns.show(record as R)
    const { errorCode, error } = record as DeadLetter
    return `DEAD ${errorCode} ${error}`
  }
}

const MOMENTS = 'a moment is 0, 90s or 1d2h after the beginning, or +5m after the row before'

const failureText = (rows: readonly Row[], actual: readonly Row[]): string => {
  const lines = actual.flatMap(({ line, results }, index) => {
    const same = results.join('\n') === rows[index]!.results.join('\n')
    const shown = results.map(result => `    => ${result}`)
    if (same) return [`    ${line}`, ...shown]
    const wanted = rows[index]!.results.map(result => `    #  expected: ${result}`)
    return [`    ${line}`, ...shown, ...(wanted.length > 0 ? wanted : ['    #  expected nothing'])]
  })
  return ['the table does not hold; this is what came out:', '', ...lines, ''].join('\n')
}
