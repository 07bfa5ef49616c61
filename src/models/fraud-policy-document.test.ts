import { describe, expect, test } from 'vitest'
import { DEFAULT_FRAUD_DOCUMENT } from './fraud-policy.ts'
import { fraudPolicyIn } from './fraud-policy-document.ts'

const faultOf = (stated: unknown) => fraudPolicyIn(JSON.stringify(stated)).fault

describe('a published fraud policy', () => {
  test('may be stated in full', () => {
    expect(fraudPolicyIn(JSON.stringify(DEFAULT_FRAUD_DOCUMENT))).toEqual({
      document: DEFAULT_FRAUD_DOCUMENT,
      fault: null,
    })
  })

  test('is as the default in what it leaves out', () => {
    const { document } = fraudPolicyIn('{"costs":{"fee":20},"currencies":{"XAU":0.05}}')
    expect(document).toMatchObject({
      enabled: true,
      costs: { fee: 20, stepUpSuccess: 0.9 },
      currencies: { EUR: 100, XAU: 0.05 },
    })
  })

  test.each<[unknown, string]>([
    [[], 'the document must be an object'],
    [null, 'the document must be an object'],
    [{ enable: false }, 'enable is no field of it'],
    [{ constructor: 1 }, 'constructor is no field of it'],
    [{ enabled: 0 }, 'enabled must be true or false'],
    [{ costs: { fees: 1 } }, 'costs.fees is no field of it'],
    [{ costs: { fee: '15' } }, 'costs.fee must be a number from 0 to 1000000'],
    [{ costs: { stepUpSuccess: 90 } }, 'costs.stepUpSuccess must be a number from 0 to 1'],
    [
      { costs: { holdSuccess: 0.5 } },
      'costs.holdSuccess must not be below costs.stepUpSuccess: an analyst has the proof too',
    ],
    [{ currencies: { EUR: 0 } }, 'currencies.EUR must be a number from 0.0001 to 1000000000'],
    [{ borders: [{ from: 0 }] }, 'borders[0].action must be stated'],
    [
      { borders: [0.5, 0.2].map(from => ({ from, action: 'HOLD' })) },
      'borders[1].from must be above the border before it',
    ],
    [
      {
        borders: [
          { from: 0, action: 'HOLD' },
          { from: 0.2, action: 'ALLOW' },
        ],
      },
      'borders[1].action must not be milder than the one before it',
    ],
    [{ freezeAtHighScores: 1 }, 'freezeAtHighScores must be a whole number from 2 to 16'],
    [
      { limits: { alertsPerDay: 0.5 } },
      'limits.alertsPerDay must be a whole number from 0 to 1000000',
    ],
    [{ blocked: { users: [] } }, 'blocked.users is no field of it'],
    [{ blocked: { user: [7] } }, 'blocked.user[0] must be a text that is not empty'],
    [{ blockedAction: 'ALLOW' }, 'blockedAction must be one of STEP_UP, HOLD, DECLINE, FREEZE'],
    [
      { rules: [{ name: 'fast', when: { attempts: 9 }, action: 'DECLINE' }] },
      'rules[0].when.attempts is no field of it',
    ],
    [
      { rules: [{ name: 'all', when: {}, action: 'DECLINE' }] },
      'rules[0].when must name a feature',
    ],
    [
      { overrides: [{ kind: 'user', id: 'a', action: 'ALLOW', until: 'tomorrow' }] },
      'overrides[0].until must be a moment such as 2026-12-01T00:00:00Z',
    ],
    [
      { overrides: [{ kind: 'user', id: 'a', action: 'ALLOW', until: '2026-02-31T00:00:00Z' }] },
      'overrides[0].until must be a moment such as 2026-12-01T00:00:00Z',
    ],
    [
      { overrides: [{ kind: 'user', id: 'a', action: 'ALLOW' }] },
      'overrides[0].until must be stated',
    ],
    [
      {
        overrides: ['ALLOW', 'HOLD'].map(action => ({
          kind: 'user',
          id: 'a',
          action,
          until: '2026-12-01T00:00:00Z',
        })),
      },
      'overrides[1] is the second for user a',
    ],
    [{ labelExpiryDays: 0 }, 'labelExpiryDays must be a whole number from 1 to 170'],
  ])('%j: %s', (stated, fault) => {
    expect(faultOf(stated)).toBe(fault)
  })

  test('is none where it is no JSON', () => {
    expect(fraudPolicyIn('{').fault).toBe('the document must be JSON, and cannot be read as such')
  })
})
