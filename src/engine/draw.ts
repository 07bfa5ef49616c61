/**
 * Chance that can be worked out again: a number that only what it is drawn for decides. A replay draws
 * the same, and so does whoever checks a decision by hand.
 *
 *   u = first 53 bits of SHA-256("seed|policyId|version|decisionId|k") / 2^53     (UTF-8)
 */
import { createHash } from 'node:crypto'

export interface Decision {
  /** Another seed, other draws of the same decisions. */
  readonly seed: string
  readonly policyId: string
  /** Of the policy; 0 where none was published. */
  readonly version: number
  readonly decisionId: string
}

/**
 * At least 0 and less than 1, evenly.
 *
 * @param k counts the draws of one decision, from 0 on
 */
export const uniformOf = ({ seed, policyId, version, decisionId }: Decision, k: number): number =>
  uniformIn(`${seed}|${policyId}|${version}|${decisionId}|${k}`)

/** The draw that a text stands for. */
export const uniformIn = (text: string): number => {
  const digest = createHash('sha256').update(text).digest()
  // 32 bits, and the upper 21 of the next.
  return (digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11)) / 2 ** 53
}
