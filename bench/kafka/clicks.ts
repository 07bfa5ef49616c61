/** Clicks on a topic of the broker, keyed and partitioned as their producer would have it. */
import { partitionOf } from '../../src/engine/hash.ts'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { type Click, clickstream } from '../../src/events.ts'
import { SHOP, shopEvents } from '../mix.ts'
import { createTopics } from './broker.ts'
import { closed, flushed, openProducer } from './clients.ts'

export interface Clicks {
  readonly topic: string
  readonly partitions: number
  readonly records: number
}

export const writeClicks = async (
  topic: string,
  partitions: number,
  events: number,
): Promise<Clicks> => {
  await createTopics([topic], partitions)
  const producer = await openProducer()
  const { encodeAvro } = codecsOf<Click>(clickstream)
  let records = 0
  for (const { topic: of, event } of shopEvents({ ...SHOP, events })) {
    if (of !== 'clickstream') continue
    const key = event.visitorId
    producer.produce(topic, partitionOf(key, partitions), encodeAvro(event), key)
    if (++records % 10_000 === 0) await flushed(producer)
  }
  await flushed(producer)
  await closed(producer)
  return { topic, partitions, records }
}
