import { normalCdf } from '../../src/models/normal-distribution.ts'

/** From here on what lies above is too little to be found as 1 less what lies below. */
const FAR = 4
const TERMS = 60

/** The chance of a standard normal value above `z`, where it is tiny by the fraction of Laplace. */
export const normalUpperTail = (z: number): number => {
  if (z < FAR) return 1 - normalCdf(z)
  let fraction = z
  for (let term = TERMS; term > 0; term--) fraction = z + term / fraction
  return Math.exp(-0.5 * z * z) / (Math.sqrt(2 * Math.PI) * fraction)
}
