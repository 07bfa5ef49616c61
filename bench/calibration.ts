/**
 * How fast the machine is just now: CPU ns to read one fixed piece of JSON. Figures are compared
 * with the baseline as multiples of it, so that a slower or busier machine is no regression.
 */
import { least, Meter } from './clock.ts'

const TEXT = JSON.stringify({
  eventId: 'click-000000000001',
  occurredAt: 1_767_600_000_000,
  lines: [1, 2, 3].map(sku => ({ sku: `sku-${sku}`, quantity: sku, unitPriceMinor: 1_999 })),
  latitude: 52.52,
})
const ROUNDS = 7
const TIMES = 20_000

export const calibrationNs = (): number => {
  const costs = Array.from({ length: ROUNDS }, () => {
    const meter = new Meter()
    meter.run(() => {
      for (let time = 0; time < TIMES; time++) JSON.parse(TEXT)
    })
    return meter.cost
  })
  return (least(costs).cpuMicros * 1_000) / TIMES
}
