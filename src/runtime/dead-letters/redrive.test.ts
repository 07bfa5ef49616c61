import { expect, test } from 'vitest'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { fraudScores, orders } from '../../events.ts'
import { harness } from '../../testing/harness.ts'
import { order, scattering } from '../../testing/sample-pipelines.ts'
import { type RedrivenRecord, redrive } from './redrive.ts'

const letterOf = (number: number, fields: object) => ({
  number,
  letter: {
    topic: 'orders',
    partition: 0,
    offset: number,
    stage: 'HANDLE' as const,
    pipelineId: 'following',
    key: null,
    schemaId: null,
    errorCode: 'HANDLER_FAILED',
    error: 'no',
    payload: Buffer.from(JSON.stringify(order(`e${number}`, number, 'ann'))),
    headers: {},
    ...fields,
  } as never,
})

/** A score as a pipeline of the same run hands it on. */
const scored = (): Buffer => {
  const mill = harness([scattering])
  mill.send(orders, order('a', 1, 'ann') as never)
  mill.finish()
  return codecsOf(fraudScores).encodeAvro(mill.resultsOf(fraudScores)[0] as never)
}

test('timers and results handed over within the run stay, each with its reason', async () => {
  const handedOver = { topic: 'fraud-scores', offset: -1, payload: scored() }
  const timer = { topic: 'following-timers', offset: -1, stage: 'TIMER', payload: Buffer.alloc(0) }
  const letters = [
    letterOf(1, handedOver),
    letterOf(2, handedOver),
    letterOf(3, timer),
    letterOf(4, timer),
    letterOf(5, {}),
  ]
  const written: RedrivenRecord[] = []
  const to = {
    redriven: new Set(['fraud-scores|0|-1']),
    write: async (records: readonly RedrivenRecord[]) => void written.push(...records),
    close: async () => {},
  }
  const report = await redrive({ letters, to, again: false, mended: null })
  expect(written.map(({ numbers }) => numbers)).toEqual([[5]])
  expect(report.alreadyThere).toEqual([])
  expect(report.refused.map(({ number }) => number)).toEqual([1, 2, 3, 4])
  expect(report.refused[0]!.why).toContain('handed over on fraud-scores')
  expect(report.refused[3]!.why).toContain('about a timer')
})
