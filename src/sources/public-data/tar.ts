/**
 * The regular files of a tar archive, one after the other.
 *
 *   archive = *(header content padding) zeros       in blocks of 512 bytes
 *   header  = name[100] … size[12, octal] at 124 … type[1] at 156 … prefix[155] at 345
 *
 * Enough for what data sets are packed with. Extended headers (long names, sparse files) are passed
 * over, so a file with a long name comes with the beginning of it.
 */
import type { InputBytes } from '../input-bytes.ts'
import { BrokenField } from './broken-field.ts'

export interface TarFile {
  readonly name: string
  readonly content: Buffer
}

const BLOCK_BYTES = 512
const FILE_BYTES_MAX = 64 * 1024 * 1024

/** Throws a `BrokenField` where the bytes are no tar archive, or end too early. */
export const tarFiles = async function* (bytes: InputBytes): AsyncGenerator<TarFile> {
  const reader = new ByteReader(bytes)
  for (;;) {
    const header = await reader.take(BLOCK_BYTES)
    if (isEnd(header)) return
    const size = sizeOf(header)
    const content = await reader.take(Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES)
    const type = String.fromCharCode(header[156]!)
    if (type === '0' || type === '\0') {
      yield { name: nameOf(header), content: content.subarray(0, size) }
    }
  }
}

const isEnd = (header: Buffer): boolean => header.every(byte => byte === 0)

const sizeOf = (header: Buffer): number => {
  const isTar = header.toString('latin1', 257, 262) === 'ustar'
  const size = Number.parseInt(textAt(header, 124, 12).trim(), 8)
  if (!isTar || !Number.isSafeInteger(size) || size > FILE_BYTES_MAX) {
    throw new BrokenField('expected a tar archive of files below 64 MiB, found something else')
  }
  return size
}

const nameOf = (header: Buffer): string => {
  const prefix = textAt(header, 345, 155)
  return prefix === '' ? textAt(header, 0, 100) : `${prefix}/${textAt(header, 0, 100)}`
}

const textAt = (header: Buffer, from: number, length: number): string => {
  const field = header.subarray(from, from + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? length : end)
}

class ByteReader {
  readonly #blocks: AsyncIterator<Buffer>
  #held: Buffer[] = []
  #heldBytes = 0

  constructor(bytes: InputBytes) {
    this.#blocks = bytes[Symbol.asyncIterator]()
  }

  async take(count: number): Promise<Buffer> {
    while (this.#heldBytes < count) {
      const next = await this.#blocks.next()
      if (next.done === true) throw new BrokenField('the archive ends too early')
      this.#held.push(next.value)
      this.#heldBytes += next.value.length
    }
    const all = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held)
    this.#held = [all.subarray(count)]
    this.#heldBytes = all.length - count
    return all.subarray(0, count)
  }
}
