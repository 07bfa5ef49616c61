/** Dead letters as a run left them: numbered from 1, in the order in which they were put aside. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { formatIn } from '../../engine/schema/topic-format.ts'
import { type DeadLetter, deadLetters } from '../../events.ts'
import { openLmdbLog } from '../../logs/lmdb-log.ts'
import type { Log } from '../../logs/log.ts'
import { openLogSource } from '../../sources/log-source.ts'
import { openNdjson } from '../../sources/ndjson.ts'
import type { History } from '../../sources/record-stream.ts'

export interface NumberedLetter {
  readonly number: number
  readonly letter: DeadLetter
}

const READ_RECORDS = 1_000

/** Read one by one: there may be more of them than fit into memory. */
export async function* lettersInFiles(path: string): AsyncGenerator<NumberedLetter> {
  yield* lettersOf(await openNdjson(path, { topics: [deadLetters.name] }))
}

/** The log stays open. */
export async function* lettersInLog(log: Log): AsyncGenerator<NumberedLetter> {
  yield* lettersOf(await openLogSource(log, { topics: [deadLetters.name] }))
}

async function* lettersOf({ streams, close }: History): AsyncGenerator<NumberedLetter> {
  const { decodeAvro, decodeJson } = codecsOf(deadLetters)
  let number = 0
  try {
    for (const stream of streams) {
      for (;;) {
        const records = await stream.read(READ_RECORDS)
        if (records.length === 0) break
        for (const { value } of records) {
          const decode = formatIn(stream.format, value!) === 'json' ? decodeJson : decodeAvro
          yield { number: ++number, letter: decode(value!) }
        }
      }
    }
  } finally {
    await close()
  }
}

/** Unlike a run, whoever only looks makes no log where there is none. */
export const openExistingLog = async (path: string): Promise<Log> => {
  if (existsSync(join(path, 'data.mdb'))) return openLmdbLog(path, { wallNow: Date.now })
  throw new MillraceError(
    'INPUT_MISSING',
    `there is no log in ${path}. Say with --from log:DIR or --from ndjson:DIR where the results ` +
      'of the run are.',
  )
}
