import { MillraceError } from '../../engine/errors.ts'

/** What is wrong with one value. Whoever knows the file and the line turns it into an error. */
export class BrokenField extends Error {
  override readonly name = 'BrokenField'
}

export const expected = (what: string, found: string): BrokenField =>
  new BrokenField(`expected ${what}, found ${JSON.stringify(found.slice(0, 80))}`)

/** Runs `read`; a `BrokenField` in it becomes an error that names the place. Others pass. */
export const at = <T>(path: string, line: number, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    if (error instanceof BrokenField) throw brokenLine(path, line, error.message)
    throw error
  }
}

export const brokenLine = (path: string, line: number, what: string): MillraceError =>
  new MillraceError(
    'INPUT_UNREADABLE',
    `${path}:${line}: ${what}. Nothing is skipped in an import: correct the line, or remove it.`,
  )
