/** Policies are published by a command: embedded, as on a laptop. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { type Policy, policies } from '../src/events.ts'
import { openLmdbLog } from '../src/logs/lmdb-log.ts'
import { KEPT_WHOLE, type Log } from '../src/logs/log.ts'
import { openDataDirectory } from '../src/runtime/data-directory.ts'
import { mill } from './mill.ts'

let data = ''
let log = ''
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-policy-'))
  log = (await openDataDirectory(data, 'demo')).log
  await withLog(opened => opened.createTopic(policies.name, KEPT_WHOLE))
})
afterEach(() => rm(data, { recursive: true, force: true }))

const withLog = async <T>(work: (log: Log) => Promise<T>): Promise<T> => {
  const opened = await openLmdbLog(log, { wallNow: Date.now })
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}

const inLog = () =>
  withLog(async opened => {
    const at = { topic: policies.name, partition: 0 }
    const { records } = await opened.read(at, 0, { recordsMax: 100, bytesMax: 1 << 20 })
    const { decodeJson } = codecsOf<Policy>(policies)
    return records.map(({ key, value }) => ({ key: String(key), ...decodeJson(value!) }))
  })

const fileOf = async (document: object | string): Promise<string> => {
  const file = join(data, 'document.json')
  await writeFile(file, typeof document === 'string' ? document : JSON.stringify(document, null, 2))
  return file
}

const publish = async (id: string, document: object | string, ...more: string[]) =>
  mill('policy', id, await fileOf(document), ...more, '--data', data)

const LIMITS = { limits: { alertsPerDay: 5 } }

describe('policy', () => {
  test('publishes a document as the next version of its id, and the same one once', async () => {
    expect((await publish('fraud', LIMITS)).stdout).toMatch(/^Published version 1 of fraud, /)
    const again = await publish('fraud', LIMITS)
    expect(again.stdout).toMatch(/^Nothing to publish: that is version 1 of fraud, /)
    expect((await publish('pricing/UK', { maxStepPct: 3 })).stdout).toMatch(
      /version 1 of pricing\/UK/,
    )
    const ahead = await publish('fraud', LIMITS, '--effective-at', '2099-01-01T00:00:00Z')
    expect(ahead.stdout).toMatch(/version 2 of fraud, which holds from 2099-01-01/)
    const document = '{"limits":{"alertsPerDay":5}}'
    expect(await inLog()).toMatchObject([
      { key: 'fraud@1', policyId: 'fraud', version: 1, effectiveAt: null, document },
      { key: 'pricing/UK@1', policyId: 'pricing/UK', version: 1, document: '{"maxStepPct":3}' },
      { key: 'fraud@2', version: 2, effectiveAt: Date.UTC(2099, 0, 1), document },
    ])
  })
  test.each([
    ['fraud', { limits: { alertsADay: 5 } }, /no policy fraud: limits\.alertsADay/],
    [
      'fraud',
      { blocked: { country: ['kp'] } },
      /blocked\.country\[0\] must be two capital letters/,
    ],
    ['fraud', '{', /no policy fraud: the document must be JSON/],
    ['pricing', { maxStepPct: 'much' }, /no policy pricing: maxStepPct/],
  ])(
    'refuses a document that is no policy %s, with its field, and publishes nothing',
    async (id, document, said) => {
      const { code, stderr } = await publish(id, document)
      expect(stderr).toMatch(said)
      expect(code).toBe(1)
      expect(await inLog()).toEqual([])
    },
  )
  test('lists all versions, and says which do not take effect', async () => {
    expect((await mill('policy', 'fraud', '--data', data)).stdout).toMatch(/No version of fraud/)
    await publish('fraud', LIMITS)
    const broken = {
      policyId: 'fraud',
      version: 2,
      occurredAt: 1,
      effectiveAt: null,
      document: '[]',
    }
    const stored = { key: Buffer.from('fraud@2'), value: Buffer.from(JSON.stringify(broken)) }
    const appends = [{ topic: policies.name, partition: 0, records: [stored] }]
    await withLog(async opened => (await opened.commit({ appends })).durable)
    const { stdout } = await mill('policy', 'fraud', '--data', data)
    expect(stdout).toMatch(
      /^version 1, from .*: \{"limits":\{"alertsPerDay":5\}\}\nversion 2, .*does not take effect, /,
    )
    const json = (await mill('policy', 'fraud', '--json', '--data', data)).stdout.trim().split('\n')
    expect(json.map(line => JSON.parse(line))).toMatchObject([
      { version: 1, fault: null },
      { version: 2 },
    ])
    expect((await publish('fraud', { enabled: false })).stdout).toMatch(/version 3 of fraud/)
  })
  test.each([
    [['policy'], /say which: fraud, pricing, or pricing\/MARKET/],
    [['policy', 'taxes'], /say which: fraud/],
    [['policy', 'fraud', '/nowhere/at-all.json'], /\/nowhere\/at-all\.json cannot be read/],
    [['policy', 'fraud', '--effective-at', '2099-01-01T00:00:00Z'], /name the file of it/],
  ])('%j is said to be wrong', async (argv, said) => {
    const { code, stderr } = await mill(...argv, '--data', data)
    expect(stderr).toMatch(said)
    expect(code).not.toBe(0)
  })
})
