import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hash128, hashHex, murmur2, murmur3, partitionOf } from './hash.ts'

test('murmur2 gives the vectors of the tests of Kafka', () => {
  const vectors = {
    '21': -973932308,
    foobar: -790332482,
    'a-little-bit-long-string': -985981536,
    'a-little-bit-longer-string': -1486304829,
    lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
    abc: 479470107,
  }
  for (const [text, hash] of Object.entries(vectors)) {
    expect(murmur2(text)).toBe(hash)
    expect(murmur2(Buffer.from(text))).toBe(hash)
  }
})

test('a partition is the positive hash modulo the number of partitions', () => {
  expect(partitionOf('21', 1_000)).toBe((-973932308 & 0x7fffffff) % 1_000)
  expect(partitionOf('21', 1)).toBe(0)
})

test('a text hashes as its UTF-8 bytes do, in any script and of any length', () => {
  const out = new Int32Array(4)
  const expected = new Int32Array(4)
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 50 }),
    fc.string({ unit: fc.constantFrom('a', '7', 'é', 'ÿ'), maxLength: 20 }),
    fc.string({ unit: 'grapheme', minLength: 300, maxLength: 600 }),
    fc.string({ unit: 'binary-ascii', maxLength: 2_000 }),
  )
  fc.assert(
    fc.property(texts, text => {
      const bytes = Buffer.from(text)
      expect(murmur2(text)).toBe(murmur2(bytes))
      hash128(text, out)
      murmur3(bytes, bytes.length, 0, expected)
      expect(out).toEqual(expected)
    }),
  )
})

test('murmur3 gives published vectors', () => {
  const hexOf = (text: string, seed: number): string => {
    const out = new Uint32Array(4)
    const bytes = Buffer.from(text)
    murmur3(bytes, bytes.length, seed, out)
    return Array.from(out, word => word.toString(16).padStart(8, '0')).join('')
  }
  expect(hexOf('Hello, world!', 123)).toBe('61c9129e5a1aacd7a41621629e37c886')
  expect(hexOf('Hello, world!', 321)).toBe('d5fbdcb3c26c4193045880c5a7170f0f')
  expect(hexOf('xxxxxxxxxxxxxxxxxxxxxxxxxxxx', 123)).toBe('5e40bab278825a164cf929d31fec6047')
  expect(hexOf('', 123)).toBe('fedc524526f3e79926f3e79926f3e799')
})

test('murmur3 passes the verification of SMHasher, over every length from 0 to 255', () => {
  const hashes = new Uint32Array(4 * 256)
  const key = Uint8Array.from({ length: 256 }, (_, i) => i)
  for (let i = 0; i < 256; i++) murmur3(key, i, 256 - i, hashes.subarray(4 * i, 4 * i + 4))
  const bytes = Buffer.alloc(hashes.byteLength)
  hashes.forEach((word, i) => {
    bytes.writeUInt32LE(word, 4 * i)
  })
  const out = new Uint32Array(4)
  murmur3(bytes, bytes.length, 0, out)
  expect(out[0]).toBe(0xb3ece62a)
})

test('a hash as text is 32 hexadecimal digits, and the same for the same text', () => {
  const hash = hashHex("I will not buy this tobacconist's, it is scratched.")
  expect(hash).toBe('9b5b7ba2ef3f7866889adeaf00f3f98e')
  expect(hashHex('')).toBe('0'.repeat(32))
})
