/** Which records the sink wrote dead letters for, from the log's own `dead-letters`. */
import { formatOf } from '../../../engine/arrival.ts'
import { codecsOf } from '../../../engine/schema/codecs.ts'
import { type DeadLetter, deadLetters } from '../../../events.ts'
import type { Log } from '../../../logs/log.ts'
import { recordsIn } from './records-in.ts'

/** Offsets by partition: a number in memory for each such letter of the topic. */
export const lettersOfSink = async (
  log: Log,
  topic: string,
): Promise<(partition: number) => ReadonlySet<number>> => {
  const found = new Map<number, Set<number>>()
  const partitions = (await log.topics()).get(deadLetters.name)?.partitions ?? 0
  for (let partition = 0; partition < partitions; partition++) {
    const at = { topic: deadLetters.name, partition }
    const { first, next } = await log.range(at)
    for await (const records of recordsIn(log, at, first, next)) {
      for (const { value } of records) if (value !== null) collect(found, topic, letterIn(value))
    }
  }
  return partition => found.get(partition) ?? NONE
}

const NONE: ReadonlySet<number> = new Set()

const letterIn = (value: Buffer): DeadLetter => {
  const { decodeAvro, decodeJson } = codecsOf(deadLetters)
  return formatOf(value) === 'avro' ? decodeAvro(value) : decodeJson(value)
}

const collect = (found: Map<number, Set<number>>, topic: string, letter: DeadLetter): void => {
  if (letter.stage !== 'SINK' || letter.topic !== topic) return
  const offsets = found.get(letter.partition) ?? new Set()
  found.set(letter.partition, offsets.add(letter.offset))
}
