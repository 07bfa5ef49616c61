/**
 * Names what differs in the first difference. Of results only hashes were kept, so the commit that
 * makes the record is executed once more.
 */
import type { Output } from '../../engine/commit.ts'
import type { Difference, FieldDifference } from './difference.ts'
import type { Met } from './differences.ts'
import { expectedOf } from './expectations.ts'
import { ExpectedRecords } from './expected-records.ts'
import { firstField } from './first-field.ts'
import type { SliceExecution } from './slice-execution.ts'

export const withField = async (
  met: Met,
  executions: readonly SliceExecution[],
  partitions: ReadonlyMap<string, number>,
): Promise<Difference> => {
  const { difference } = met
  const { kind, slice, epoch } = difference
  if ((kind !== 'different' && kind !== 'missing') || slice === null) return difference
  const output = await outputOf(met, executions[slice]!, epoch!, partitions)
  if (output === null) return difference
  const { resultId, key } = output
  const field = met.value === null ? null : fieldOf(difference, met.value, output, partitions)
  return { ...difference, resultId, key: difference.key ?? key, field }
}

/** The output that comes out again in place of the one that was met. */
const outputOf = async (
  { difference, id }: Met,
  execution: SliceExecution,
  epoch: number,
  partitions: ReadonlyMap<string, number>,
): Promise<Output | null> => {
  for await (const unit of execution.units(execution.newApplication(), epoch)) {
    if (unit.epoch !== epoch) continue
    const ofTopic = unit.outputs.filter(({ topic }) => topic.name === difference.topic)
    return ofTopic.find(output => isKnownBy(output, id, partitions)) ?? null
  }
  return null
}

const isKnownBy = (
  output: Output,
  id: string | null,
  partitions: ReadonlyMap<string, number>,
): boolean => id !== null && ExpectedRecords.idOf(expectedOf(output, partitions)) === id

const fieldOf = (
  { key, partition }: Difference,
  value: Buffer,
  output: Output,
  partitions: ReadonlyMap<string, number>,
): FieldDifference | null => {
  const again = expectedOf(output, partitions)
  const isKeyed = key === (again.key?.toString() ?? null)
  if (!isKeyed) return { name: 'the key', log: String(key), again: String(again.key) }
  if (partition !== again.partition) {
    return { name: 'the partition', log: String(partition), again: String(again.partition) }
  }
  return firstField(output.topic, value, again.value)
}
