import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a directory with its parents. Node's own recursive form never ends where the system denies
 * with ENOENT, as `/proc` does.
 */
export const makeDirectory = async (directory: string): Promise<void> => {
  const there = await stat(directory).catch(() => null)
  if (there?.isDirectory()) return
  const parent = dirname(directory)
  if (!there && parent !== directory) await makeDirectory(parent)
  await mkdir(directory)
}
