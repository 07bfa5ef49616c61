import { codecsOf } from '../../engine/schema/codecs.ts'
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import { type IdentityMerge, identityMerges } from '../../events.ts'
import type { Log } from '../../logs/log.ts'
import { decodedRecords } from '../../sources/decoded-records.ts'
import { openLogSource } from '../../sources/log-source.ts'

/**
 * The visitors who were ever found to be this user, in the order of their ids: also those who have been
 * somebody else since. Reads all that the log has of `identity-merges`.
 *
 * @param writers schemas that records were written with, by id
 */
export const visitorsOf = async (
  log: Log,
  userId: string,
  writers: WriterSchemas,
): Promise<readonly string[]> => {
  const history = await openLogSource(log, { topics: [identityMerges.name] })
  const found = new Set<string>()
  for await (const merge of decodedRecords(
    history,
    codecsOf<IdentityMerge>(identityMerges, writers),
  )) {
    if (merge.userId === userId) found.add(merge.visitorId)
  }
  return [...found].sort()
}
