/**
 * What the sink must do with any destination that stores rows under a token, whole or not at all. A
 * destination's test calls this with a way to open it. The tables fail between sink and destination,
 * as planned: see `conformance/faulty-destination.ts`.
 */
import { describe } from 'vitest'
import { randomSchedules } from './conformance/schedules.ts'
import { slowTables } from './conformance/slow-tables.ts'
import type { Tested } from './conformance/tested-table.ts'

export type { OpenTables, TestedTables } from './conformance/tested-table.ts'

export interface SinkConformanceOptions extends Tested {
  /** Random schedules to try. */
  readonly schedules: number
}

export const sinkConformance = (name: string, options: SinkConformanceOptions): void => {
  describe(`the sink keeps its promises with ${name}`, () => {
    randomSchedules(options, options.schedules)
    slowTables(options)
  })
}
