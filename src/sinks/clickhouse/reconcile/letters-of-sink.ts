/** Which records the sink wrote dead letters for, from the log's own `dead-letters`. */
import { formatOf } from '../../../engine/arrival.ts'
import { partitionName } from '../../../engine/partition-name.ts'
import { codecsOf } from '../../../engine/schema/codecs.ts'
import { type DeadLetter, deadLetters } from '../../../events.ts'
import type { Log } from '../../../logs/log.ts'
import { recordsIn } from './records-in.ts'

/** The offsets of a partition's records. */
export type LettersOfSink = (topic: string, partition: number) => ReadonlySet<number>

/** A number in memory for each such letter. */
export const lettersOfSink = async (log: Log): Promise<LettersOfSink> => {
  const found = new Map<string, Set<number>>()
  const partitions = (await log.topics()).get(deadLetters.name)?.partitions ?? 0
  for (let partition = 0; partition < partitions; partition++) {
    const at = { topic: deadLetters.name, partition }
    const { first, next } = await log.range(at)
    for await (const records of recordsIn(log, at, first, next)) {
      for (const { value } of records) if (value !== null) collect(found, letterIn(value))
    }
  }
  return (topic, partition) => found.get(partitionName(topic, partition)) ?? NONE
}

const NONE: ReadonlySet<number> = new Set()

const letterIn = (value: Buffer): DeadLetter => {
  const { decodeAvro, decodeJson } = codecsOf(deadLetters)
  return formatOf(value) === 'avro' ? decodeAvro(value) : decodeJson(value)
}

const collect = (
  found: Map<string, Set<number>>,
  { stage, topic, partition, offset }: DeadLetter,
): void => {
  if (stage !== 'SINK') return
  const place = partitionName(topic, partition)
  found.set(place, (found.get(place) ?? new Set()).add(offset))
}
