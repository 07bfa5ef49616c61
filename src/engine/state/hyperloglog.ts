/**
 * HyperLogLog over 32-bit hashes, with 2^10 registers of a byte: how many different ones there
 * were, with a standard error of 1.04 / sqrt(1024) = 3.3 %, in 1 KB whatever their number.
 */

const INDEX_BITS = 10
const RANK_MAX = 32 - INDEX_BITS + 1
export const REGISTERS = 1 << INDEX_BITS

export const noteHash = (registers: Uint8Array, hash: number): void => {
  const index = hash >>> (32 - INDEX_BITS)
  const rank = Math.min(Math.clz32(hash << INDEX_BITS) + 1, RANK_MAX)
  if (rank > registers[index]!) registers[index] = rank
}

/** Makes `into` the sketch of what either has seen. */
export const mergeRegisters = (into: Uint8Array, from: Uint8Array): void => {
  for (let i = 0; i < REGISTERS; i++) {
    if (from[i]! > into[i]!) into[i] = from[i]!
  }
}

const ranks = new Uint16Array(RANK_MAX + 1)

/**
 * Ertl's improved estimator ("New cardinality estimation algorithms for HyperLogLog sketches",
 * 2017): unbiased from none to very many, with no tables and no switch of method in between.
 */
export const estimateOf = (registers: Uint8Array): number => {
  ranks.fill(0)
  for (let i = 0; i < REGISTERS; i++) ranks[registers[i]!]!++
  let z = REGISTERS * tau(1 - ranks[RANK_MAX]! / REGISTERS)
  for (let rank = RANK_MAX - 1; rank >= 1; rank--) z = (z + ranks[rank]!) / 2
  z += REGISTERS * sigma(ranks[0]! / REGISTERS)
  return REGISTERS ** 2 / (2 * Math.LN2 * z)
}

/** x + the sum over k >= 1 of x^(2^k) 2^(k-1). */
const sigma = (x: number): number => {
  if (x === 1) return Number.POSITIVE_INFINITY
  let sum = x
  let last = -1
  for (let weight = 1; sum !== last; weight *= 2) {
    x *= x
    last = sum
    sum += x * weight
  }
  return sum
}

/** A third of 1 - x - the sum over k >= 1 of (1 - x^(2^-k))^2 2^-k. */
const tau = (x: number): number => {
  if (x === 0 || x === 1) return 0
  let sum = 1 - x
  let last = -1
  for (let weight = 0.5; sum !== last; weight /= 2) {
    x = Math.sqrt(x)
    last = sum
    sum -= (1 - x) ** 2 * weight
  }
  return sum / 3
}
