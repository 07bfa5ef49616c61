/** The files of a data set at a path: the file itself, or what a folder holds of its kind. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { unpackedName, unreadable } from '../input-bytes.ts'

/** Sorted by name. `endings` such as `.csv` are those of the file once it is unpacked. */
export const dataFiles = async (
  path: string,
  endings: readonly string[],
): Promise<readonly string[]> => {
  const at = await stat(path).catch(error => {
    throw unreadable(path, error)
  })
  if (!at.isDirectory()) return [path]
  const names = await readdir(path).catch(error => {
    throw unreadable(path, error)
  })
  const files = names.filter(name => endings.some(ending => unpackedName(name).endsWith(ending)))
  if (files.length === 0) throw none(path, endings)
  return files.sort().map(name => join(path, name))
}

export const dataFile = async (path: string, endings: readonly string[]): Promise<string> => {
  const files = await dataFiles(path, endings)
  if (files.length > 1) throw several(path, files)
  return files[0]!
}

const none = (folder: string, endings: readonly string[]): MillraceError =>
  new MillraceError(
    'INPUT_MISSING',
    `${folder} holds no file that ends in ${endings.join(' or ')}, also none with .gz or .xz ` +
      'behind that. Name the file, or the folder that it is in.',
  )

const several = (folder: string, files: readonly string[]): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `${folder} holds several data files (${files.map(file => basename(file)).join(', ')}). ` +
      'Name the one to import.',
  )
