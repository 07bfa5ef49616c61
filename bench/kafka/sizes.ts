/** How large a result and a change of state of the light pipeline are, with all that goes with them. */
import { Application } from '../../src/engine/application.ts'
import type { RawRecord } from '../../src/engine/decoder.ts'
import { deadLetters, lateEvents } from '../../src/events.ts'
import { visitorPace } from '../light-pipeline.ts'

export interface Sizes {
  readonly resultBytes: number
  readonly changeBytes: number
}

const COMMIT_RECORDS = 4_000

/** Means over one commit of these records; the key of a change counts as part of it. */
export const sizesOf = (records: readonly RawRecord[]): Sizes => {
  const application = new Application({
    pipelines: [visitorPace],
    mode: 'history',
    lateEvents,
    deadLetters,
  })
  for (const record of records.slice(0, COMMIT_RECORDS)) {
    application.take(application.decode(record))
  }
  const { outputs, changelogs } = application.commit()
  const entries = changelogs.flatMap(part => part.entries)
  return {
    resultBytes: mean(outputs.map(({ value }) => value.length)),
    changeBytes: mean(entries.map(({ key, value }) => key.length + (value?.length ?? 0))),
  }
}

const mean = (numbers: readonly number[]): number =>
  Math.round(numbers.reduce((sum, number) => sum + number, 0) / numbers.length)
