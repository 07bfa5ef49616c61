/**
 * The keys of the embedded log. They are binary and ordered, so that the batches of a partition lie
 * one after the other. A batch is stored at its *last* offset: the batch that holds an offset is
 * then the first one at or after it, and a scan only moves forward.
 */
const OWNER = 1
const TOPIC = 2
const PARTITION = 3
const POSITION = 4
const BATCH = 5

const U32 = 2 ** 32

export const FORMAT_KEY: Buffer = Buffer.from([0])
export const OWNER_KEY: Buffer = Buffer.from([OWNER])

export const topicKey = (topic: string): Buffer =>
  Buffer.concat([Buffer.from([TOPIC]), Buffer.from(topic, 'latin1')])

export const partitionKey = (topicId: number, partition: number): Buffer => {
  const key = Buffer.alloc(9)
  key[0] = PARTITION
  key.writeUInt32BE(topicId, 1)
  key.writeUInt32BE(partition, 5)
  return key
}

export const positionKey = (group: string, topic: string, partition: number): Buffer =>
  Buffer.concat([Buffer.from([POSITION]), Buffer.from(`${group} ${topic} ${partition}`, 'latin1')])

export const batchKey = (topicId: number, partition: number, last: number): Buffer => {
  const key = Buffer.allocUnsafe(17)
  key[0] = BATCH
  key.writeUInt32BE(topicId, 1)
  key.writeUInt32BE(partition, 5)
  key.writeUInt32BE(Math.floor(last / U32), 9)
  key.writeUInt32BE(last % U32, 13)
  return key
}

export const lastOffsetOf = (key: Buffer): number =>
  key.readUInt32BE(9) * U32 + key.readUInt32BE(13)

export interface KeyRange {
  readonly start: Buffer
  readonly end: Buffer
}

/** The batches of a partition that hold `from` or a later offset. */
export const batchesFrom = (topicId: number, partition: number, from: number): KeyRange => ({
  start: batchKey(topicId, partition, from),
  end: batchKey(topicId, partition + 1, 0),
})

export const ALL_TOPICS: KeyRange = { start: Buffer.from([TOPIC]), end: Buffer.from([TOPIC + 1]) }
export const ALL_PARTITIONS: KeyRange = {
  start: Buffer.from([PARTITION]),
  end: Buffer.from([PARTITION + 1]),
}
export const ALL_POSITIONS: KeyRange = {
  start: Buffer.from([POSITION]),
  end: Buffer.from([POSITION + 1]),
}

export const partitionOfKey = (key: Buffer): { topicId: number; partition: number } => ({
  topicId: key.readUInt32BE(1),
  partition: key.readUInt32BE(5),
})

export const positionOfKey = (key: Buffer): { group: string; topic: string; partition: number } => {
  const [group, topic, partition] = key.toString('latin1', 1).split(' ')
  return { group: group!, topic: topic!, partition: Number(partition) }
}
