import { MillraceError } from '../../engine/errors.ts'

/** Where `chdb` is not installed, says what else this command can do. */
export const orElse = async <T>(starting: Promise<T>, advice: string): Promise<T> => {
  try {
    return await starting
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== 'CLICKHOUSE_MISSING') throw error
    throw new MillraceError(error.code, `${error.message} ${advice}`, { cause: error })
  }
}
