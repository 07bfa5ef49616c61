import { hours } from '../../engine/time.ts'
import { fraudLabels, modelParameters, orders } from '../../events.ts'
import { label, version } from '../sample-circle.ts'
import { order } from '../sample-pipelines.ts'
import { type Send, send } from '../script.ts'
import type { Random } from './random.ts'

/** Orders of few users and devices with labels soon or long after them, and versions to judge by. */
export const circleEvents = (random: Random, partitions: number): Send[] => {
  const script: Send[] = [
    send(modelParameters, version(1, 0, -60_000)),
    send(modelParameters, version(2, 20_000, -60_000)),
    send(modelParameters, version(3, hours(4), -60_000)),
  ]
  let at = 0
  for (let id = 0; id < 30; id++) {
    at += random.chance(0.1) ? random.upTo(hours(9)) : random.upTo(3_000)
    const partition = random.upTo(partitions - 1)
    if (random.chance(0.4)) {
      const of = `o-e${random.upTo(id)}`
      script.push(send(fraudLabels, label(`l${id}`, at, of, random.chance(0.7)), partition))
    } else {
      const deviceId = random.pick(['d1', 'd2', null])
      const user = random.pick(['ann', 'bob', 'cyd', null])
      script.push(send(orders, order(`e${id}`, at, user, { deviceId }), partition))
    }
  }
  return script
}
