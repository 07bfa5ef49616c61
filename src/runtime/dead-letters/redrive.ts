/**
 * Puts the records of dead letters back onto their source topics, mended or as they were.
 *
 * Letters about the same record are put back as one, named after the pipelines that had failed on
 * it; the others know its id and pass over it. A record that still cannot be read stays where it is,
 * and so does what never was on a source topic: timers, and results handed on within the run.
 */
import { LIMITS } from '../../engine/application.ts'
import { MillraceError } from '../../engine/errors.ts'
import { type Codecs, codecsOf } from '../../engine/schema/codecs.ts'
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import { spanText } from '../../engine/time.ts'
import type { AnyTopic, Occurrence } from '../../engine/topic.ts'
import { type DeadLetter, topicNamed } from '../../events.ts'
import { knownWriters } from '../../logs/known-writers.ts'
import { momentText } from '../command-line/moment.ts'
import type { NumberedLetter } from './letters.ts'
import { madeKey, madeKeyOfText } from './made-key.ts'
import { redriveIdOf } from './redriven-memory.ts'

/** A record that goes back. */
export interface RedrivenRecord {
  readonly topic: AnyTopic
  /** Names the record that failed, so that it goes back once. */
  readonly id: string
  readonly numbers: readonly number[]
  readonly event: Occurrence
  /** The pipelines that take it although they may know its id. */
  readonly pipelineIds: readonly string[]
  /** As it stands in the letter, or as it was mended. */
  readonly payload: Buffer
  /** Its key fields were changed: what it was filed under is another's. */
  readonly isRekeyed: boolean
  /** As it stands in the letter. */
  readonly failed: Buffer
  /** Where it was on its topic. */
  readonly partition: number
  readonly offset: number
  readonly format: 'json' | 'avro'
}

export interface RedriveTarget {
  /** Ids of the records that were put back there before. */
  readonly redriven: ReadonlySet<string>
  /** All of them, and the memory of it. */
  write(records: readonly RedrivenRecord[]): Promise<void>
  close(): Promise<void>
}

export interface RedriveReport {
  readonly redriven: readonly RedrivenRecord[]
  /** Numbers of letters whose record was put back before. */
  readonly alreadyThere: readonly number[]
  readonly refused: readonly { readonly number: number; readonly why: string }[]
}

export interface RedriveOptions {
  readonly letters: readonly NumberedLetter[]
  readonly to: RedriveTarget
  /** Puts back even what was put back before. */
  readonly again: boolean
  /** Stands in for the payload; with a single letter only. */
  readonly mended: Buffer | null
  /** Schemas that records were written with. Default: those of this version's files. */
  readonly writers?: WriterSchemas
  /** The wall clock, in ms since 1970: what is too far ahead of it would be a letter again. */
  readonly now: number
}

export const redrive = async (options: RedriveOptions): Promise<RedriveReport> => {
  const { to, again } = options
  const redriven: RedrivenRecord[] = []
  const alreadyThere: number[] = []
  const refused: { number: number; why: string }[] = []
  const placed: NumberedLetter[] = []
  for (const each of options.letters) {
    const why = withoutPlace(each.letter)
    if (why === null) placed.push(each)
    else refused.push({ number: each.number, why })
  }
  for (const letters of sameRecord(placed).values()) {
    const numbers = letters.map(({ number }) => number)
    if (!again && to.redriven.has(redriveIdOf(letters[0]!.letter))) alreadyThere.push(...numbers)
    else {
      try {
        redriven.push(recordOf(letters, options))
      } catch (error) {
        if (!(error instanceof MillraceError)) throw error
        for (const number of numbers) refused.push({ number, why: error.message })
      }
    }
  }
  if (redriven.length > 0) await to.write(redriven)
  return { redriven, alreadyThere, refused }
}

/** Why there is no record on any topic to put back; null where there is one. */
const withoutPlace = ({ topic, stage, offset }: DeadLetter): string | null => {
  if (stage === 'TIMER') {
    return 'it is about a timer, and there is no record to put back. Send a new event for its key.'
  }
  if (offset >= 0) return null
  return (
    `it is about a result that a pipeline of the run handed over on ${topic}, which is not read ` +
    'from a source. Mend the pipeline that failed on it, and begin the run anew.'
  )
}

const sameRecord = (letters: readonly NumberedLetter[]): Map<string, NumberedLetter[]> => {
  const records = new Map<string, NumberedLetter[]>()
  for (const each of letters) {
    const id = redriveIdOf(each.letter)
    records.set(id, [...(records.get(id) ?? []), each])
  }
  return records
}

const recordOf = (
  letters: readonly NumberedLetter[],
  { mended, writers = knownWriters, now }: RedriveOptions,
): RedrivenRecord => {
  const { letter } = letters[0]!
  const topic = topicNamed(letter.topic)
  if (topic === undefined || letter.payload.length === 0) throw notARecord(letter)
  const payload = mended ?? letter.payload
  const format = formatOf(payload)
  const codecs = codecsOf(topic, writers)
  const event = read(codecs, payload, now)
  const ids = letters.flatMap(each => each.letter.pipelineId ?? [])
  return {
    topic,
    id: redriveIdOf(letter),
    numbers: letters.map(({ number }) => number),
    event,
    pipelineIds: [...new Set(ids)].sort(),
    payload,
    isRekeyed: mended !== null && isRekeyed(topic, codecs, letter.payload, event),
    format,
    failed: letter.payload,
    partition: letter.partition,
    offset: letter.offset,
  }
}

/** The first byte of an Avro record in its frame, with which no JSON begins. */
const FRAME = 0

const formatOf = (payload: Buffer): 'json' | 'avro' => (payload[0] === FRAME ? 'avro' : 'json')

const decoded = ({ decodeJson, decodeAvro }: Codecs<Occurrence>, payload: Buffer): Occurrence =>
  (formatOf(payload) === 'json' ? decodeJson : decodeAvro)(payload)

const read = (codecs: Codecs<Occurrence>, payload: Buffer, now: number): Occurrence => {
  try {
    const event = decoded(codecs, payload)
    const breach = codecs.check(event) ?? beyondFuture(event, now)
    if (breach) throw breach
    return event
  } catch (error) {
    if (!(error instanceof MillraceError)) throw error
    const what = `it would fail again: ${error.message} Put it right in a file, and give --edit FILE.`
    throw new MillraceError(error.code, what, { cause: error })
  }
}

/** As a run with the usual bound will see it, which takes it in at once or a little later. */
const beyondFuture = ({ occurredAt }: Occurrence, now: number): MillraceError | null => {
  const from = occurredAt - LIMITS.futureBoundMs
  if (from <= now) return null
  return new MillraceError(
    'FUTURE_EVENT',
    `occurredAt is ${momentText(occurredAt)}, more than ${spanText(LIMITS.futureBoundMs)} from now. As ` +
      `it is, it can be put back from ${momentText(Math.ceil(from / 1_000) * 1_000)} on.`,
  )
}

/** Not where the failed record cannot be read: what key its fields made, nobody knows. */
const isRekeyed = (
  topic: AnyTopic,
  codecs: Codecs<Occurrence>,
  failed: Buffer,
  event: Occurrence,
): boolean => {
  const before = keyBefore(topic, codecs, failed)
  return before !== null && before !== madeKey(topic, event)
}

const keyBefore = (topic: AnyTopic, codecs: Codecs<Occurrence>, failed: Buffer): string | null => {
  try {
    return madeKey(topic, decoded(codecs, failed))
  } catch {
    return madeKeyOfText(topic, failed)
  }
}

const notARecord = ({ topic }: DeadLetter): MillraceError =>
  new MillraceError('REJECTED', `${topic} is no topic that is known here, or its payload is empty.`)
