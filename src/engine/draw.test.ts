import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Decision, uniformIn, uniformOf } from './draw.ts'

const tea: Decision = { seed: '1', policyId: 'pricing', version: 1, decisionId: '3|tea|UK|6883' }

describe('a draw', () => {
  test('is the first 53 bits of the hash of its text: that of "abc" is in FIPS 180-2', () => {
    expect(uniformIn('abc')).toBe(Number(0xba7816bf8f01cfean >> 11n) / 2 ** 53)
  })

  // Worked out with another program: int.from_bytes(sha256(text), 'big') >> 203, over 2^53.
  test.each([
    [tea, 0, 0.3194229544969781],
    [{ ...tea, decisionId: '3|tea|UK|6884' }, 0, 0.4441370494882866],
    [{ seed: '', policyId: '', version: 0, decisionId: '' }, 0, 0.06191177274005333],
    [
      { seed: 'é', policyId: 'pricing/UK', version: 12, decisionId: '6|größe||0' },
      255,
      0.3190503169334046,
    ],
  ])('of %j, number %d, is %d on every machine and in every year', (decision, k, u) => {
    expect(uniformOf(decision, k)).toBe(u)
  })

  test('is another one for another seed, policy, version, decision or number', () => {
    const draws = [
      uniformOf(tea, 0),
      uniformOf(tea, 1),
      uniformOf({ ...tea, seed: '2' }, 0),
      uniformOf({ ...tea, policyId: 'pricing/UK' }, 0),
      uniformOf({ ...tea, version: 2 }, 0),
      uniformOf({ ...tea, decisionId: '3|tea|DE|6883' }, 0),
    ]
    expect(new Set(draws).size).toBe(draws.length)
  })

  test('is at least 0 and less than 1', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const u = uniformIn(text)
        expect(u >= 0 && u < 1).toBe(true)
      }),
    )
  })
})

test('draws of one decision after the other are even, and do not follow each other', () => {
  const draws = Array.from({ length: 20_000 }, (_, epoch) =>
    uniformOf({ ...tea, decisionId: `3|tea|UK|${epoch}` }, 0),
  )
  const fifths = [0, 0, 0, 0, 0]
  for (const u of draws) fifths[Math.floor(5 * u)]!++
  const chiSquare = fifths.reduce((sum, n) => sum + (n - 4_000) ** 2 / 4_000, 0)
  // Of four degrees of freedom: above 18.5 once in a thousand.
  expect(chiSquare).toBeLessThan(18.5)
  let product = 0
  for (let at = 1; at < draws.length; at++) product += (draws[at]! - 0.5) * (draws[at - 1]! - 0.5)
  // Correlation with the one before, in its standard deviations.
  expect(Math.abs((12 * product) / Math.sqrt(draws.length))).toBeLessThan(3.3)
})
