/**
 * Hashes of text: which partition a key belongs to, and names for things that must stay the same
 * on every machine and in every year. Not for secrets.
 *
 * - `murmur2` is the one that Kafka's Java clients partition with, so all clients agree.
 * - `hash128` is MurmurHash3_x86_128, for identities: results, duplicates, sketches.
 *
 * Text is hashed as UTF-8. It is written into one buffer that all calls share, so hashing a key
 * allocates nothing.
 */

let scratch: Buffer = Buffer.alloc(1_024)

/** Writes the text into `scratch` and returns its length in bytes. */
const written = (text: string): number => {
  const { length } = text
  // A UTF-16 unit takes three bytes at most.
  if (length * 3 > scratch.length) scratch = Buffer.alloc(length * 6)
  const room = scratch
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 127) return room.write(text, 'utf8')
    room[i] = unit
  }
  return length
}

const MURMUR2_M = 0x5bd1e995

/** The 32-bit signed hash of a key, as `org.apache.kafka.common.utils.Utils.murmur2`. */
export const murmur2 = (key: Uint8Array | string): number => {
  const length = typeof key === 'string' ? written(key) : key.length
  const bytes = typeof key === 'string' ? scratch : key
  const whole = length & ~3
  let hash = 0x9747b28c ^ length
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(wordAt(bytes, i), MURMUR2_M)
    k = Math.imul(k ^ (k >>> 24), MURMUR2_M)
    hash = Math.imul(hash, MURMUR2_M) ^ k
  }
  if (length > whole) {
    hash = Math.imul(hash ^ tailAt(bytes, whole, length), MURMUR2_M)
  }
  hash = Math.imul(hash ^ (hash >>> 13), MURMUR2_M)
  return hash ^ (hash >>> 15)
}

/** The partition of a key, as Java's default partitioner has it. */
export const partitionOf = (key: Uint8Array | string, partitions: number): number =>
  partitions === 1 ? 0 : (murmur2(key) & 0x7fffffff) % partitions

/** Writes the four words of the text's 128-bit hash into `out`. */
export const hash128 = (text: string, out: Uint32Array | Int32Array): void => {
  const length = written(text)
  murmur3(scratch, length, 0, out)
}

const words = new Uint32Array(4)
const digest = Buffer.alloc(16)

/** The 128-bit hash of the text as 32 hexadecimal digits. */
export const hashHex = (text: string): string => {
  hash128(text, words)
  for (let i = 0; i < 4; i++) digest.writeUInt32BE(words[i]!, 4 * i)
  return digest.toString('hex')
}

const C1 = 0x239b961b
const C2 = 0xab0e9789
const C3 = 0x38b34ae5
const C4 = 0xa1e38b93

/** MurmurHash3_x86_128 of the first `length` bytes. */
export const murmur3 = (
  bytes: Uint8Array,
  length: number,
  seed: number,
  out: Uint32Array | Int32Array,
): void => {
  let h1 = seed
  let h2 = seed
  let h3 = seed
  let h4 = seed
  const whole = length & ~15
  for (let i = 0; i < whole; i += 16) {
    h1 ^= mixed(wordAt(bytes, i), C1, 15, C2)
    h1 = (Math.imul(rotated(h1, 19) + h2, 5) + 0x561ccd1b) | 0
    h2 ^= mixed(wordAt(bytes, i + 4), C2, 16, C3)
    h2 = (Math.imul(rotated(h2, 17) + h3, 5) + 0x0bcaa747) | 0
    h3 ^= mixed(wordAt(bytes, i + 8), C3, 17, C4)
    h3 = (Math.imul(rotated(h3, 15) + h4, 5) + 0x96cd1c35) | 0
    h4 ^= mixed(wordAt(bytes, i + 12), C4, 18, C1)
    h4 = (Math.imul(rotated(h4, 13) + h1, 5) + 0x32ac3b17) | 0
  }
  // Where the tail ends before a word, the word is 0, and mixing 0 changes nothing.
  h4 ^= mixed(tailAt(bytes, whole + 12, length), C4, 18, C1)
  h3 ^= mixed(tailAt(bytes, whole + 8, length), C3, 17, C4)
  h2 ^= mixed(tailAt(bytes, whole + 4, length), C2, 16, C3)
  h1 ^= mixed(tailAt(bytes, whole, length), C1, 15, C2)

  h1 ^= length
  h2 ^= length
  h3 ^= length
  h4 ^= length
  h1 = (h1 + h2 + h3 + h4) | 0
  h2 = (h2 + h1) | 0
  h3 = (h3 + h1) | 0
  h4 = (h4 + h1) | 0
  h1 = finished(h1)
  h2 = finished(h2)
  h3 = finished(h3)
  h4 = finished(h4)
  h1 = (h1 + h2 + h3 + h4) | 0
  out[0] = h1
  out[1] = h2 + h1
  out[2] = h3 + h1
  out[3] = h4 + h1
}

const rotated = (x: number, by: number): number => (x << by) | (x >>> (32 - by))

const mixed = (k: number, first: number, by: number, second: number): number =>
  Math.imul(rotated(Math.imul(k, first), by), second)

const finished = (h: number): number => {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)

/** The word at `at`, with zeros for bytes beyond the end. */
const tailAt = (bytes: Uint8Array, at: number, end: number): number => {
  let word = 0
  for (let i = Math.min(end, at + 4) - 1; i >= at; i--) word = (word << 8) | bytes[i]!
  return word
}
