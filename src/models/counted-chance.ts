/**
 * Chance by counting: the n-th number under a seed, wherever and whenever it is asked for.
 *
 * Philox-2×32 with ten rounds (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as
 * 1, 2, 3"): a counter of two words, scrambled by multiplication under a key of one. Nothing is kept
 * between two numbers. For simulation, and not for secrets.
 */

const ROUNDS = 10
const MULTIPLIER = 0xd256d193
const KEY_STEP = 0x9e3779b9

/** The counter's two words, scrambled under the key. A word is a whole number below 2³². */
export const philox = (high: number, low: number, key: number): readonly [number, number] => {
  let left = high
  let right = low
  let roundKey = key
  for (let round = 0; round < ROUNDS; round++) {
    const mixed = highWordOfProduct(MULTIPLIER, left) ^ roundKey ^ right
    right = Math.imul(MULTIPLIER, left) >>> 0
    left = mixed >>> 0
    roundKey = (roundKey + KEY_STEP) >>> 0
  }
  return [left, right]
}

/** A number between 0 and 1, never either of them, with 52 bits: the one at this place of a series. */
export const uniformAt = (key: number, series: number, place: number): number => {
  const [high, low] = philox(place >>> 0, series >>> 0, key)
  return (high * 2 ** 20 + (low >>> 12) + 0.5) / 2 ** 52
}

/** A key from a text, such as a user and the version of a model: FNV-1a over its UTF-16 units. */
export const keyOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  return hash >>> 0
}

/** By halves, as a product of two words is more than a double holds. No sum here exceeds a word. */
const highWordOfProduct = (x: number, y: number): number => {
  const xHigh = x >>> 16
  const yHigh = y >>> 16
  const middle = xHigh * (y & 0xffff) + (((x & 0xffff) * (y & 0xffff)) >>> 16)
  const other = (x & 0xffff) * yHigh + (middle & 0xffff)
  return (xHigh * yHigh + (middle >>> 16) + (other >>> 16)) >>> 0
}
