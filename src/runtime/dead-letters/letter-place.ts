/**
 * Where dead letters are, and where their records go back to: files or a log that an option names, or
 * the log of a configuration.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import type { Log } from '../../logs/log.ts'
import { type Place, sourceOf } from '../../replay/places.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'
import type { Config } from '../config/config-schema.ts'
import { configOf } from '../configured/config-option.ts'
import { openConfiguredLog } from '../configured/configured-log.ts'
import { lettersInFiles, lettersInLog, type NumberedLetter, openExistingLog } from './letters.ts'
import type { RedriveTarget } from './redrive.ts'
import { redriveToLog } from './redrive-to-log.ts'
import { redriveToNdjson } from './redrive-to-ndjson.ts'
import { redrivenIn } from './redriven-memory.ts'

export interface LetterPlace {
  letters(): AsyncGenerator<NumberedLetter>
  /**
   * Ids of the records that were put back onto their topics in the same place; null where these are
   * elsewhere, as of results in files.
   */
  redriven(): Promise<ReadonlySet<string> | null>
  close(): Promise<void>
}

export interface RedrivePlace extends LetterPlace {
  readonly to: RedriveTarget
  /** Where that is, for people. */
  readonly name: string
  /** The schemas of these letters, beside those of the files. */
  readonly writers: (letters: readonly NumberedLetter[]) => Promise<WriterSchemas | undefined>
}

/** To look at. */
export const openLetters = async (args: Arguments, terminal: Terminal): Promise<LetterPlace> => {
  const config = await configOf(args, terminal, ['from', 'data'])
  if (config !== null) return lettersOfLog((await openConfiguredLog(config, terminal)).log)
  const { kind, path } = placeOf(args)
  return kind === 'ndjson' ? lettersOfFiles(path) : lettersOfLog(await openExistingLog(path))
}

/** To put back. */
export const openRedrive = async (args: Arguments, terminal: Terminal): Promise<RedrivePlace> => {
  const config = await configOf(args, terminal, ['from', 'data', 'to'])
  return config === null
    ? redriveBetween(placeOf(args), targetOf(args))
    : ofConfig(config, terminal)
}

const ofConfig = async (config: Config, terminal: Terminal): Promise<RedrivePlace> => {
  const transactionalId = `${config.application}-redrive`
  const { log, schemas, formatOf } = await openConfiguredLog(config, terminal, transactionalId)
  try {
    const to = await redriveToLog(log, { isItsOwn: true, formatOf, hasRegistry: schemas !== null })
    return {
      ...lettersOfLog(log),
      to,
      name: config.log.brokers === undefined ? `log:${config.data}` : `kafka:${config.log.brokers}`,
      async writers(letters) {
        await schemas?.learn([
          { records: letters.map(({ letter }) => ({ value: letter.payload })) },
        ])
        return schemas?.writers
      },
    }
  } catch (error) {
    await log.close()
    throw error
  }
}

const redriveBetween = async (from: Place, target: Place): Promise<RedrivePlace> => {
  const name = `${target.kind}:${target.path}`
  const writers = async (): Promise<undefined> => undefined
  if (target.kind === 'ndjson') {
    const source =
      from.kind === 'ndjson'
        ? lettersOfFiles(from.path)
        : lettersOfLog(await openExistingLog(from.path))
    return { ...source, to: await redriveToNdjson(target.path), name, writers }
  }
  const log = await openExistingLog(target.path)
  const isSame = from.kind === 'log' && resolve(from.path) === resolve(target.path)
  const source = isSame ? lettersOfLog(log) : await lettersBeside(log, from)
  return { ...source, to: await redriveToLog(log, { isItsOwn: false }), name, writers }
}

/** Letters of elsewhere, with a log that is closed with them. */
const lettersBeside = async (log: Log, { kind, path }: Place): Promise<LetterPlace> => {
  const source =
    kind === 'ndjson' ? lettersOfFiles(path) : lettersOfLog(await openExistingLog(path))
  return {
    ...source,
    async close() {
      await source.close()
      await log.close()
    },
  }
}

const lettersOfFiles = (path: string): LetterPlace => ({
  letters: () => lettersInFiles(path),
  redriven: async () => null,
  close: async () => {},
})

const lettersOfLog = (log: Log): LetterPlace => ({
  letters: () => lettersInLog(log),
  redriven: () => redrivenIn(log),
  close: () => log.close(),
})

const placeOf = (args: Arguments): Place => {
  const from = args.text('from')
  return from === undefined
    ? { kind: 'log', path: logIn(args.text('data') ?? '.millrace') }
    : embedded(sourceOf(from))
}

/** A data directory has its log in a folder; what `replay --to log:` writes is one itself. */
const logIn = (dir: string): string =>
  existsSync(join(dir, 'millrace.json')) ? join(dir, 'log') : dir

const targetOf = (args: Arguments): Place => {
  const to = args.text('to')
  if (to !== undefined) return embedded(sourceOf(to))
  const place = placeOf(args)
  if (place.kind === 'log') return place
  throw new UsageError('say with --to where the records were read from: ndjson:DIR or log:DIR')
}

const embedded = (place: Place): Place => {
  if (place.kind !== 'kafka') return place
  throw new UsageError('on Kafka say which application it is, with --config FILE')
}
