/** Reads the views of `deploy/clickhouse/views/`: one in each file, which has its name. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { MillraceError } from '../../../engine/errors.ts'
import { statementsIn } from './migration-statements.ts'

export interface ViewFile {
  /** Of the view. */
  readonly name: string
  /** In the folder of the migrations. */
  readonly file: string
  /** `CREATE OR REPLACE VIEW`, without comments. */
  readonly statement: string
  /** SHA-256 of the statement, in hex: what a comment says changes nothing. */
  readonly checksum: string
}

/**
 * @param folder of the migrations; ends with `/`
 * @returns by name; none where the folder has no `views/`
 * @throws MIGRATION_FAILED for a file that is not one view of its name
 */
export const readViews = (folder: URL): readonly ViewFile[] => {
  const views = new URL('views/', folder)
  if (!existsSync(views)) return []
  return readdirSync(views)
    .filter(file => file.endsWith('.sql'))
    .sort()
    .map(file => viewOf(`views/${file}`, readFileSync(new URL(file, views), 'utf8')))
}

const viewOf = (file: string, text: string): ViewFile => {
  const name = file.slice('views/'.length, -'.sql'.length)
  const [statement = '', ...others] = statementsIn(text.replaceAll('\r\n', '\n'))
  if (others.length > 0 || CREATED.exec(statement)?.[1] !== name) throw notOneView(file, name)
  return { name, file, statement, checksum: createHash('sha256').update(statement).digest('hex') }
}

const CREATED = /^CREATE OR REPLACE VIEW (\w+)\s/

const notOneView = (file: string, name: string): MillraceError =>
  new MillraceError(
    'MIGRATION_FAILED',
    `${file} must hold CREATE OR REPLACE VIEW ${name} and nothing else. Correct it, and put what ` +
      'else a view needs into a migration.',
  )
