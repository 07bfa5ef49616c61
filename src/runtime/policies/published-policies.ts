import { codecsOf } from '../../engine/schema/codecs.ts'
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import { type Policy, policies } from '../../events.ts'
import type { Log } from '../../logs/log.ts'
import { decodedRecords } from '../../sources/decoded-records.ts'
import { openLogSource } from '../../sources/log-source.ts'

/**
 * All versions of a policy that the log has, rising. Reads the whole topic, which is short.
 *
 * @param writers schemas that records were written with, by id
 */
export const publishedPolicies = async (
  log: Log,
  policyId: string,
  writers: WriterSchemas,
): Promise<readonly Policy[]> => {
  const history = await openLogSource(log, { topics: [policies.name] })
  const versions: Policy[] = []
  for await (const policy of decodedRecords(history, codecsOf<Policy>(policies, writers))) {
    if (policy.policyId === policyId) versions.push(policy)
  }
  return versions.sort((a, b) => a.version - b.version)
}
