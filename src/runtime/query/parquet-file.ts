import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { MillraceError } from '../../engine/errors.ts'
import { writeFully } from '../../logs/write-fully.ts'

/** How Parquet files begin and end. */
const MAGIC = 'PAR1'

/**
 * Writes a Parquet file whole or not at all: beside its place as `FILE.part`, put there at the end.
 * `fill` is given what takes the next piece.
 *
 * @returns its size in bytes
 */
export const writeParquetFile = async (
  path: string,
  fill: (take: (piece: Buffer) => Promise<boolean>) => Promise<void>,
): Promise<number> => {
  const part = `${path}.part`
  const file = await open(part, 'w').catch(unwritable(path))
  try {
    const bytes = await filled(file, path, fill)
    await file.close()
    await rename(part, path).catch(unwritable(path))
    return bytes
  } catch (error) {
    await file.close()
    await rm(part, { force: true })
    throw error
  }
}

const filled = async (
  file: FileHandle,
  path: string,
  fill: (take: (piece: Buffer) => Promise<boolean>) => Promise<void>,
): Promise<number> => {
  let bytes = 0
  let end = ''
  await fill(async piece => {
    bytes = await writeFully(file, piece, bytes).catch(unwritable(path))
    end = (end + piece.subarray(-MAGIC.length).toString('latin1')).slice(-MAGIC.length)
    return true
  })
  if (end === MAGIC) return bytes
  throw new MillraceError(
    'CLICKHOUSE_UNAVAILABLE',
    'ClickHouse ended before the whole file was there. Ask again.',
  )
}

const unwritable =
  (path: string) =>
  (cause: Error): never => {
    throw new MillraceError(
      'OUTPUT_UNWRITABLE',
      `${path} cannot be written: ${cause.message}. Give another file with --parquet.`,
      { cause },
    )
  }
