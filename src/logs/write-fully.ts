/** Files written whole: the system may take less than it is given, as where the disk fills up. */
import { type FileHandle, open } from 'node:fs/promises'

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

/** Makes names that were given in the directory outlive a power cut. */
export const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
