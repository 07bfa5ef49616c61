import type { RecordFormat } from '../arrival.ts'
import type { Output } from '../commit.ts'
import { MillraceError } from '../errors.ts'
import type { Learner } from '../learner.ts'
import { codecsOf } from '../schema/codecs.ts'
import { type Finding, type FindingCounts, finding } from './finding.ts'

/**
 * Learners beside the pipelines of a history. What they find is published right behind the record that
 * brought it about, before time goes on: so it is the same however the history is cut into commits.
 */
export class Learners {
  readonly #learners = new Map<string, Learner[]>()
  readonly #format: RecordFormat
  readonly #found: (learner: Learner, finding: Finding) => void
  #noted: Output[] = []

  constructor(
    learners: readonly Learner[],
    format: RecordFormat,
    found: (learner: Learner, finding: Finding) => void,
  ) {
    checkIds(learners)
    this.#format = format
    this.#found = found
    for (const learner of learners) {
      const { name } = learner.from
      this.#learners.set(name, [...(this.#learners.get(name) ?? []), learner])
    }
  }

  /** A result that was put out, to be learnt from where anybody does. */
  note(output: Output): void {
    if (this.#learners.has(output.topic.name)) this.#noted.push(output)
  }

  /** Learns from what was noted, in its order. */
  learn(): void {
    if (this.#noted.length === 0) return
    const noted = this.#noted
    this.#noted = []
    for (const output of noted) {
      for (const learner of this.#learners.get(output.topic.name)!) this.#learnFrom(learner, output)
    }
  }

  /** From its bytes, as a live run does, and not from the object that a handler may still hold. */
  #learnFrom(learner: Learner, { topic, value }: Output): void {
    const { decodeAvro, decodeJson } = codecsOf(topic)
    const record = typeof value === 'string' ? decodeJson(Buffer.from(value)) : decodeAvro(value)
    const learning = finding(learner, record, this.#format)
    let step = learning.next()
    while (!step.done) step = learning.next()
    this.#found(learner, step.value)
  }
}

export const newFindingCounts = (): FindingCounts => ({ published: 0, refused: 0, failed: 0 })

const checkIds = (learners: readonly Learner[]): void => {
  const ids = learners.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) < index)
  if (twice === undefined) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `two learners are named ${twice}, and would share their positions. Name each its own.`,
  )
}
