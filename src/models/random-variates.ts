import { logGamma } from './log-gamma.ts'

/** Variates from uniform numbers between 0 and 1, which `next` hands out one by one. */
export type Uniforms = () => number

/** Box & Muller 1958. */
const normal = (next: Uniforms): number =>
  Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())

/**
 * ln of a Gamma(shape, 1) variate, as itself it may be too small for a double. Marsaglia & Tsang 2000;
 * for a shape below 1 by one more uniform number from that above it.
 */
export const logGammaVariate = (next: Uniforms, shape: number): number => {
  if (shape < 1) return logGammaVariate(next, shape + 1) + Math.log(next()) / shape
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal(next)
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
      return Math.log(d * v)
    }
  }
}

export const gammaVariate = (next: Uniforms, shape: number, rate: number): number =>
  Math.exp(logGammaVariate(next, shape)) / rate

export const betaVariate = (next: Uniforms, a: number, b: number): number => {
  const logA = logGammaVariate(next, a)
  return 1 / (1 + Math.exp(logGammaVariate(next, b) - logA))
}

/** How many tries it takes, the last one included; Infinity for no chance. */
export const geometricVariate = (next: Uniforms, chance: number): number =>
  Math.max(1, Math.ceil(Math.log(next()) / Math.log1p(-chance)))

const POISSON_BY_PRODUCT_BELOW = 10

export const poissonVariate = (next: Uniforms, mean: number): number =>
  mean < POISSON_BY_PRODUCT_BELOW ? poissonByProduct(next, mean) : poissonByRejection(next, mean)

/** Uniform numbers until their product is below e^−mean. */
const poissonByProduct = (next: Uniforms, mean: number): number => {
  const end = Math.exp(-mean)
  let count = 0
  for (let product = next(); product > end; product *= next()) count++
  return count
}

/** Hörmann 1993, "The transformed rejection method for generating Poisson random variables": PTRS. */
const poissonByRejection = (next: Uniforms, mean: number): number => {
  const b = 0.931 + 2.53 * Math.sqrt(mean)
  const a = -0.059 + 0.02483 * b
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4)
  const logMean = Math.log(mean)
  for (;;) {
    const u = next() - 0.5
    const v = next()
    const us = 0.5 - Math.abs(u)
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43)
    if (us >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2)) return count
    if (count < 0 || (us < 0.013 && v > us)) continue
    const logDensity = count * logMean - mean - logGamma(count + 1)
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= logDensity) return count
  }
}
