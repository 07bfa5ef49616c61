import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FraudCase, type FraudGuards, NO_GUARDS } from './fraud-case.ts'
import { costOf } from './fraud-costs.ts'
import { decide } from './fraud-decision.ts'
import { isAlert, isStop, stopsMax } from './fraud-limits.ts'
import {
  DEFAULT_FRAUD_DOCUMENT,
  FRAUD_ACTIONS,
  type FraudAction,
  type FraudPolicyDocument,
  type FraudRule,
} from './fraud-policy.ts'
import { DEFAULT_FRAUD_POLICY, harshnessOf, inForce } from './fraud-policy-in-force.ts'

import { NO_FEATURES } from './fraud-score.ts'

const order = (stated: Partial<FraudCase> = {}): FraudCase => ({
  subjectType: 'ORDER',
  score: 0.002,
  features: { ...NO_FEATURES, attempts10m: 3 },
  ids: {
    user: 'anna',
    instrument: 'card',
    device: 'phone',
    ip: 'home',
    address: null,
    merchant: 'books',
  },
  countries: ['DE', null],
  amount: { minor: 8_000, currency: 'EUR' },
  ltvMinor: null,
  guards: NO_GUARDS,
  now: 0,
  ...stated,
})
const login = (score: number): FraudCase => order({ subjectType: 'LOGIN', amount: null, score })

const policy = (stated: Partial<FraudPolicyDocument>) =>
  inForce({ ...DEFAULT_FRAUD_DOCUMENT, ...stated }, 'fraud', 1)

const guarded = (stated: Partial<FraudGuards>): FraudGuards => ({ ...NO_GUARDS, ...stated })
const codesOf = (fraudCase: FraudCase, stated: Partial<FraudPolicyDocument> = {}) =>
  decide(fraudCase, policy(stated)).reasons.map(({ code }) => code)

describe('by cost', () => {
  test.each<[string, FraudCase, FraudAction]>([
    ['an order of 80 EUR that nothing speaks against goes out', order(), 'ALLOW'],
    ['at 5 % a second proof is cheaper than the loss', order({ score: 0.05 }), 'STEP_UP'],
    ['at 60 % an analyst is to look', order({ score: 0.6 }), 'HOLD'],
    ['at 95 % hardly an honest customer is turned away', order({ score: 0.95 }), 'DECLINE'],
    [
      'for 5 EUR no analyst is asked',
      order({ score: 0.6, amount: { minor: 500, currency: 'EUR' } }),
      'STEP_UP',
    ],
    [
      '5 EUR are worth some risk',
      order({ score: 0.013, amount: { minor: 500, currency: 'EUR' } }),
      'ALLOW',
    ],
    [
      '500 EUR are not',
      order({ score: 0.013, amount: { minor: 50_000, currency: 'EUR' } }),
      'STEP_UP',
    ],
    [
      'nor are as many yen',
      order({ score: 0.013, amount: { minor: 80_000, currency: 'JPY' } }),
      'STEP_UP',
    ],
    ['a login is not held', login(0.6), 'STEP_UP'],
    ['a login may be turned away', login(0.9), 'DECLINE'],
    [
      'a customer worth 50,000 EUR waits rather than being turned away',
      order({ score: 0.95, ltvMinor: 5_000_000 }),
      'STEP_UP',
    ],
  ])('%s', (_, fraudCase, action) => {
    expect(decide(fraudCase, DEFAULT_FRAUD_POLICY)).toEqual({ action, reasons: [] })
  })

  test('in a currency without costs the score alone chooses, and that is said', () => {
    const amount = { minor: 8_000, currency: 'XAU' }
    const decision = decide(order({ score: 0.05, amount }), DEFAULT_FRAUD_POLICY)
    expect(decision.action).toBe('STEP_UP')
    expect(decision.reasons[0]).toEqual({
      code: 'NOT_WEIGHED',
      detail: 'No costs are known in XAU: the score alone chose the action.',
      weight: 0,
    })
    expect(decide(order({ score: 0.02, amount }), DEFAULT_FRAUD_POLICY).action).toBe('ALLOW')
  })
})

describe('what people decided beforehand', () => {
  test.each<[string, Partial<FraudPolicyDocument>]>([
    ['a customer', { blocked: { user: ['ben', 'anna'] } }],
    ['a card', { blocked: { instrument: ['card'] } }],
    ['a country', { blocked: { country: ['DE'] } }],
  ])('%s that is blocked is turned away', (_, stated) => {
    expect(decide(order(), policy(stated)).action).toBe('DECLINE')
    expect(codesOf(order(), stated)).toEqual(['BLOCKED'])
  })

  test('an id is blocked only as what it is', () => {
    expect(codesOf(order(), { blocked: { device: ['anna'], user: ['phone'] } })).toEqual([])
  })

  test('a hard rule holds where all its features are known and large enough', () => {
    const rule = (when: FraudRule['when']) => ({
      rules: [{ name: 'burst', when, action: 'HOLD' as const }],
    })
    expect(decide(order(), policy(rule({ attempts10m: 3 })))).toEqual({
      action: 'HOLD',
      reasons: [
        {
          code: 'HARD_RULE',
          detail: 'Rule burst of the policy holds: attempts10m is 3, and its limit is 3.',
          weight: 0,
        },
      ],
    })
    expect(codesOf(order(), rule({ attempts10m: 3.1 }))).toEqual([])
    expect(codesOf(order(), rule({ attempts10m: 3, newDevice: 0 }))).toEqual([])
  })

  test('of two that hold the harsher counts', () => {
    const rules = [
      { name: 'mild', when: { attempts10m: 1 }, action: 'STEP_UP' },
      { name: 'harsh', when: { attempts10m: 1 }, action: 'DECLINE' },
      { name: 'harsh too', when: { attempts10m: 1 }, action: 'DECLINE' },
    ] as const
    expect(decide(order(), policy({ rules })).reasons[0]!.detail).toContain('Rule harsh of')
  })

  test('alarms are suppressed until the moment that was said, and no longer', () => {
    const until = '2026-12-01T00:00:00Z'
    const overrides = [{ kind: 'merchant', id: 'books', action: 'ALLOW', until }] as const
    const before = order({ score: 0.97, now: Date.parse(until) - 1 })
    expect(decide(before, policy({ overrides })).action).toBe('ALLOW')
    expect(codesOf(before, { overrides })).toEqual(['SUPPRESSED'])
    expect(codesOf({ ...before, now: Date.parse(until) }, { overrides })).toEqual([])
  })

  test('a rule is the least that is done, and nothing is done beyond one that allows', () => {
    const rule = (action: FraudRule['action']) => ({
      rules: [{ name: 'burst', when: { attempts10m: 3 }, action }],
    })
    const high = order({ score: 0.97 })
    expect(decide(high, DEFAULT_FRAUD_POLICY).action).toBe('DECLINE')
    expect(decide(high, policy(rule('STEP_UP')))).toEqual(decide(high, DEFAULT_FRAUD_POLICY))
    expect(decide(high, policy(rule('DECLINE'))).reasons[0]!.code).toBe('HARD_RULE')
    expect(decide(high, policy(rule('ALLOW')))).toMatchObject({
      action: 'ALLOW',
      reasons: [{ code: 'HARD_RULE' }],
    })
    expect(decide(high, policy({ ...rule('STEP_UP'), enabled: false })).action).toBe('STEP_UP')
  })

  test('whom somebody lets through is stopped by a list or a rule alone', () => {
    const until = '2026-12-01T00:00:00Z'
    const overrides = [{ kind: 'user', id: 'anna', action: 'ALLOW', until }] as const
    const rules = [{ name: 'burst', when: { attempts10m: 3 }, action: 'STEP_UP' }] as const
    const high = order({ score: 0.97 })
    expect(decide(high, policy({ overrides, rules })).action).toBe('STEP_UP')
    expect(codesOf(high, { overrides, blocked: { country: ['DE'] } })).toEqual(['BLOCKED'])
  })

  test('an analyst may freeze also whom a list declines', () => {
    const until = '2026-12-01T00:00:00Z'
    const overrides = [{ kind: 'user', id: 'anna', action: 'FREEZE', until }] as const
    expect(decide(order(), policy({ overrides })).action).toBe('FREEZE')
    expect(codesOf(order(), { overrides })).toEqual(['OVERRIDDEN'])
    expect(codesOf(order(), { overrides, blocked: { country: ['DE'] } })).toEqual(['OVERRIDDEN'])
  })
})

describe('limits', () => {
  const high = order({ score: 0.97 })

  test('the second high score of a customer within a day freezes the account', () => {
    expect(decide(high, DEFAULT_FRAUD_POLICY).action).toBe('DECLINE')
    const again = { ...high, guards: guarded({ highScores24h: 1 }) }
    expect(decide(again, DEFAULT_FRAUD_POLICY)).toMatchObject({
      action: 'FREEZE',
      reasons: [
        { code: 'REPEATED_HIGH_SCORE', detail: expect.stringContaining('within a day: 2') },
      ],
    })
    const small = { ...again, amount: { minor: 100, currency: 'EUR' }, ltvMinor: 1_000_000 }
    expect(decide({ ...small, guards: NO_GUARDS }, DEFAULT_FRAUD_POLICY).action).toBe('STEP_UP')
    expect(decide(small, DEFAULT_FRAUD_POLICY).action).toBe('FREEZE')
    expect(codesOf(again, { freezeAtHighScores: null })).toEqual([])
    expect(codesOf({ ...again, ids: { ...again.ids, user: null } })).toEqual([])
    expect(codesOf({ ...again, score: 0.89 })).toEqual([])
  })

  test('when a tenth of a market is stopped, no more is', () => {
    const guards = guarded({ marketScored1h: 400, marketStopped1h: 40 })
    expect(decide({ ...high, guards }, DEFAULT_FRAUD_POLICY)).toEqual({
      action: 'STEP_UP',
      reasons: [
        {
          code: 'STOP_LIMIT',
          detail:
            'Stopped within an hour in the market: 40 of at most 40, so DECLINE became STEP_UP.',
          weight: 0,
        },
      ],
    })
    expect(codesOf({ ...high, guards: { ...guards, marketStopped1h: 39 } })).toEqual([])
  })

  test('of few orders a share says nothing', () => {
    const guards = guarded({ marketScored1h: 25, marketStopped1h: 19 })
    expect(codesOf({ ...high, guards })).toEqual([])
    expect(codesOf({ ...high, guards: { ...guards, marketStopped1h: 20 } })).toEqual(['STOP_LIMIT'])
  })

  test('when analysts can look at no more, the cheapest without them is done', () => {
    const guards = guarded({ marketAlertsToday: 500 })
    expect(codesOf({ ...high, guards })).toEqual([])
    const middling = { ...high, score: 0.6, guards }
    expect(decide(middling, DEFAULT_FRAUD_POLICY).action).toBe('STEP_UP')
    expect(codesOf(middling)).toEqual(['ALERT_BUDGET'])
  })

  test('each limit that changed the action is said, the last word first', () => {
    const guards = guarded({ highScores24h: 3, marketAlertsToday: 500 })
    expect(decide({ ...high, guards }, DEFAULT_FRAUD_POLICY).action).toBe('DECLINE')
    expect(codesOf({ ...high, guards })).toEqual(['ALERT_BUDGET', 'REPEATED_HIGH_SCORE'])
  })

  test('a list is not limited', () => {
    const guards = guarded({ marketScored1h: 0, marketStopped1h: 9_999, marketAlertsToday: 9_999 })
    const blocked = { user: ['anna'] }
    expect(decide(order({ guards }), policy({ blocked })).action).toBe('DECLINE')
  })

  test('switched off, everything is allowed, and lists hold if they are to', () => {
    const blocked = { user: ['anna'] }
    expect(decide(high, policy({ enabled: false })).action).toBe('ALLOW')
    expect(codesOf(high, { enabled: false })).toEqual(['SWITCHED_OFF'])
    expect(codesOf(order(), { enabled: false })).toEqual([])
    expect(codesOf(high, { enabled: false, blocked })).toEqual(['BLOCKED'])
    expect(codesOf(order(), { enabled: false, hardRulesWhenDisabled: false, blocked })).toEqual([
      'SWITCHED_OFF',
    ])
  })
})

const score = fc.double({ min: 0, max: 1, noNaN: true })
const amount = fc.record({
  minor: fc.integer({ min: 0, max: 10_000_000 }),
  currency: fc.constantFrom('EUR', 'JPY', 'XAU'),
})
const count = fc.option(fc.nat(1_000))
const guards: fc.Arbitrary<FraudGuards> = fc.record({
  marketScored1h: count,
  marketStopped1h: count,
  marketAlertsToday: count,
  highScores24h: fc.option(fc.nat(3)),
})
const cases = fc
  .record({ score, amount: fc.option(amount), ltvMinor: fc.option(fc.nat(10_000_000)), guards })
  .map(stated => order({ ...stated, subjectType: stated.amount ? 'ORDER' : 'LOGIN' }))
const costs = fc
  .record({ stepUpSuccess: score, holdSuccess: score, marginPct: fc.nat(100), ltv: fc.nat(9_999) })
  .map(stated => ({
    ...DEFAULT_FRAUD_DOCUMENT.costs,
    ...stated,
    holdSuccess: Math.max(stated.holdSuccess, stated.stepUpSuccess),
  }))

test('no permitted action costs less than the one that is chosen', () => {
  fc.assert(
    fc.property(score, fc.nat(9_999), costs, (p, euros, costs) => {
      const fraudCase = order({ score: p, amount: { minor: euros * 100, currency: 'EUR' } })
      const chosen = decide(fraudCase, policy({ costs })).action
      const stakes = { amount: euros, ltv: null }
      for (const other of ['ALLOW', 'STEP_UP', 'HOLD', 'DECLINE'] as const) {
        expect(costOf(chosen, p, stakes, costs)).toBeLessThanOrEqual(
          costOf(other, p, stakes, costs),
        )
      }
    }),
  )
})

test('a higher score never brings a milder action', () => {
  fc.assert(
    fc.property(cases, score, costs, (fraudCase, other, costs) => {
      const inUse = policy({ costs })
      const [low, high] = [fraudCase.score, other]
        .toSorted((a, b) => a - b)
        .map(score => harshnessOf(decide({ ...fraudCase, guards: NO_GUARDS, score }, inUse).action))
      expect(high!).toBeGreaterThanOrEqual(low!)
    }),
  )
})

test('whatever comes, a market is stopped and analysts are asked no more than the limits say', () => {
  const limits = { stopSharePct: 10, stopsFreePerHour: 5, stopsPerHour: 30, alertsPerDay: 12 }
  const inUse = policy({ limits, freezeAtHighScores: 2 })
  fc.assert(
    fc.property(fc.array(cases, { minLength: 50, maxLength: 400 }), all => {
      let [stopped, alerts, scored] = [0, 0, 0]
      for (const each of all) {
        const counted = {
          marketScored1h: scored,
          marketStopped1h: stopped,
          marketAlertsToday: alerts,
        }
        const { action } = decide({ ...each, guards: { ...each.guards, ...counted } }, inUse)
        stopped += isStop(action) ? 1 : 0
        alerts += isAlert(action) ? 1 : 0
        scored += 1
      }
      expect(stopped).toBeLessThanOrEqual(stopsMax(scored, limits))
      expect(alerts).toBeLessThanOrEqual(12)
    }),
    { numRuns: 30 },
  )
})

test('only what is known of other orders, or somebody, freezes', () => {
  fc.assert(
    fc.property(cases, fraudCase => {
      const { action } = decide({ ...fraudCase, guards: NO_GUARDS }, DEFAULT_FRAUD_POLICY)
      expect(FRAUD_ACTIONS).toContain(action)
      expect(action).not.toBe('FREEZE')
    }),
  )
})

test('a decision has one reason for each change, and at most four', () => {
  fc.assert(
    fc.property(cases, fraudCase => {
      const { reasons } = decide(fraudCase, DEFAULT_FRAUD_POLICY)
      expect(reasons.length).toBeLessThanOrEqual(4)
      for (const { detail } of reasons) expect(detail).not.toMatch(/[{}]|unknown number/)
    }),
  )
})
