/** For tests: folders that are there for one test, and real data that may not be there at all. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Runs `use` with the path of a new, empty folder, and takes it away afterwards. */
export const inTemporaryFolder = async <T>(use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-sources-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs `use` with the path of a file of this name that holds `content`. */
export const withFile = <T>(
  name: string,
  content: string | Uint8Array,
  use: (path: string) => Promise<T>,
): Promise<T> =>
  inTemporaryFolder(async folder => {
    await writeFile(join(folder, name), content)
    return use(join(folder, name))
  })

/** The folder of a real data set beside the project; `missing` says so where it is not there. */
export const realData = (format: string): { readonly path: string; readonly missing: boolean } => {
  const path = fileURLToPath(new URL(`../../shared/data/${format}`, import.meta.url))
  return { path, missing: !existsSync(path) }
}
