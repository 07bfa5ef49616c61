import { codecsOf } from '../../engine/schema/codecs.ts'
import { formatIn } from '../../engine/schema/topic-format.ts'
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import { type IdentityMerge, identityMerges } from '../../events.ts'
import type { Log } from '../../logs/log.ts'
import { openLogSource } from '../../sources/log-source.ts'

const READ_RECORDS = 1_000

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
  const { decodeAvro, decodeJson } = codecsOf<IdentityMerge>(identityMerges, writers)
  const { streams, close } = await openLogSource(log, { topics: [identityMerges.name] })
  const found = new Set<string>()
  try {
    for (const stream of streams) {
      for (;;) {
        const records = await stream.read(READ_RECORDS)
        if (records.length === 0) break
        for (const { value } of records) {
          if (value === null) continue
          const isJson = formatIn(stream.format, value) === 'json'
          const merge = isJson ? decodeJson(value) : decodeAvro(value)
          if (merge.userId === userId) found.add(merge.visitorId)
        }
      }
    }
  } finally {
    await close()
  }
  return [...found].sort()
}
