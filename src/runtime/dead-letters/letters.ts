/** Dead letters as a run left them: numbered from 1, in the order in which they were put aside. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { type DeadLetter, deadLetters } from '../../events.ts'
import { openLmdbLog } from '../../logs/lmdb-log.ts'
import type { Log } from '../../logs/log.ts'
import { decodedRecords } from '../../sources/decoded-records.ts'
import { openLogSource } from '../../sources/log-source.ts'
import { openNdjson } from '../../sources/ndjson.ts'
import type { History } from '../../sources/record-stream.ts'

export interface NumberedLetter {
  readonly number: number
  readonly letter: DeadLetter
}

/** Read one by one: there may be more of them than fit into memory. */
export async function* lettersInFiles(path: string): AsyncGenerator<NumberedLetter> {
  yield* lettersOf(await openNdjson(path, { topics: [deadLetters.name] }))
}

/** The log stays open. */
export async function* lettersInLog(log: Log): AsyncGenerator<NumberedLetter> {
  yield* lettersOf(await openLogSource(log, { topics: [deadLetters.name] }))
}

async function* lettersOf(history: History): AsyncGenerator<NumberedLetter> {
  let number = 0
  for await (const letter of decodedRecords(history, codecsOf(deadLetters))) {
    yield { number: ++number, letter }
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
