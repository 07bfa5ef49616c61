/** Files written whole: the system may take less than it is given, as where the disk fills up. */
import { type FileHandle, open, rename } from 'node:fs/promises'
import { join } from 'node:path'

type Writable = Pick<FileHandle, 'write'>

/** Writes all of `bytes` from `position` on; returns the position after them. */
export const writeFully = async (
  file: Writable,
  bytes: Buffer,
  position: number,
): Promise<number> => {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' })
    done += bytesWritten
  }
  return position + bytes.length
}

/** Puts a small file into the directory, whole or not at all: first beside its place, then there. */
export const writeWhole = async (directory: string, name: string, text: string): Promise<void> => {
  const beside = join(directory, `${name}.new`)
  const file = await open(beside, 'w')
  try {
    await writeFully(file, Buffer.from(text), 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, join(directory, name))
  await syncDirectory(directory)
}

/** Makes names that were given in the directory outlive a power cut. */
export const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
