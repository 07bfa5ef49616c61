/**
 * Both clients on a broker that asks who is there. It is a node of the test's own, with certificates
 * made by `openssl`; skipped where Kafka or openssl is missing.
 *
 *   MILLRACE_LONG=1 npx vitest run src/logs/kafka-security.test.ts    tokens over half a minute
 */
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { whyNoCertificates } from '../testing/kafka/certificates.ts'
import { whyNoKafka } from '../testing/kafka/kafka-artefacts.ts'
import {
  LIMITED_USER,
  type SecuredKafka,
  startSecuredKafka,
  USER,
} from '../testing/kafka/secured-kafka.ts'
import { unsignedToken } from '../testing/kafka/signed-tokens.ts'
import { newGroup, newTopic, readAll } from './conformance/fixture.ts'
import type { KafkaConnection, KafkaSasl } from './kafka/connection.ts'
import { kafkajsLog } from './kafkajs-log.ts'
import type { Log } from './log.ts'
import { rdkafkaLog } from './rdkafka-log.ts'

type Open = (connection: KafkaConnection) => Promise<Log>

const CLIENTS: readonly (readonly [string, Open])[] = [
  ['rdkafka', connection => rdkafkaLog({ connection, guarantee: 'exactly-once' })],
  ['kafkajs', connection => kafkajsLog({ connection: { ...connection, compression: 'none' } })],
]

const {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} = kafkajs

const missing = whyNoKafka() ?? whyNoCertificates()
if (missing !== null) console.warn(`Tests of security on Kafka are skipped. ${missing}`)

const LOGIN_MS = 5_000
const RUN_MS = process.env.MILLRACE_LONG === '1' ? 30_000 : 7_000
/** All that is refused is refused by then. */
const REFUSED_MS = 15_000

let kafka: SecuredKafka

const inAnHour = (): number => Math.floor(Date.now() / 1_000) + 3_600
const token = (value: () => string): KafkaSasl => ({
  mechanism: 'OAUTHBEARER',
  token: async () => ({ value: value() }),
})
const password = (
  mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512',
  user = USER as typeof USER | typeof LIMITED_USER | { username: string; password: string },
): KafkaSasl => ({
  mechanism,
  ...user,
})
const trusting = () => ({ ca: kafka.certificates.ca })
const login = (sasl: KafkaSasl): KafkaConnection => ({ brokers: [kafka.at.login], sasl })
const secure = (sasl: KafkaSasl): KafkaConnection => ({
  brokers: [kafka.at.secureLogin],
  tls: trusting(),
  sasl,
})

const RIGHT: readonly (readonly [string, () => KafkaConnection])[] = [
  ['TLS', () => ({ brokers: [kafka.at.tls], tls: trusting() })],
  [
    'TLS with a certificate of ours',
    () => ({ brokers: [kafka.at.mutualTls], tls: { ...trusting(), ...kafka.certificates.client } }),
  ],
  ['PLAIN', () => login(password('PLAIN'))],
  ['SCRAM-SHA-256', () => login(password('SCRAM-SHA-256'))],
  ['SCRAM-SHA-512 over TLS', () => secure(password('SCRAM-SHA-512'))],
  [
    'an unsigned token',
    () => login(token(() => unsignedToken({ sub: USER.username, exp: inAnHour() }))),
  ],
  [
    'a signed token over TLS',
    () => secure(token(() => kafka.signer.token({ sub: USER.username, exp: inAnHour() }))),
  ],
]

type Refusal = readonly [string, () => KafkaConnection, code: string, says: RegExp]

const WRONG: readonly Refusal[] = [
  [
    'no TLS is spoken to a port for TLS',
    () => ({ brokers: [kafka.at.tls] }),
    'LOG_UNAVAILABLE',
    /log\.tls/,
  ],
  [
    'TLS is spoken to a plain port',
    () => ({ brokers: kafka.brokers, tls: trusting() }),
    'LOG_UNAVAILABLE',
    /want TLS \(`log\.tls`\) or not/,
  ],
  [
    'the authority is another one',
    () => ({ brokers: [kafka.at.tls], tls: { ca: kafka.certificates.otherCa } }),
    'LOG_REFUSED',
    /log\.tls\.ca/,
  ],
  [
    'the authority is not known',
    () => ({ brokers: [kafka.at.tls], tls: true }),
    'LOG_REFUSED',
    /log\.tls\.ca/,
  ],
  [
    'our certificate is missing',
    () => ({ brokers: [kafka.at.mutualTls], tls: trusting() }),
    'LOG_REFUSED',
    /log\.tls\.cert/,
  ],
  [
    'our certificate is none',
    () => ({ brokers: [kafka.at.mutualTls], tls: { ...trusting(), cert: 'none', key: 'none' } }),
    'LOG_REFUSED',
    /log\.tls\.cert/,
  ],
  ['nobody logs in', () => ({ brokers: [kafka.at.login] }), 'LOG_UNAVAILABLE', /log\.sasl/],
  [
    'a login is not wanted',
    () => ({ brokers: kafka.brokers, sasl: password('PLAIN') }),
    'LOG_REFUSED',
    /log\.sasl/,
  ],
  ...(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const).flatMap((mechanism): Refusal[] => [
    [
      `the password is wrong (${mechanism})`,
      () => login(password(mechanism, { ...USER, password: SECRET })),
      'LOG_REFUSED',
      /user name and the password/,
    ],
    [
      `the user is not known (${mechanism})`,
      () => secure(password(mechanism, { username: 'nobody', password: SECRET })),
      'LOG_REFUSED',
      /user name and the password/,
    ],
  ]),
  [
    'the token is over',
    () => login(token(() => unsignedToken({ sub: USER.username, exp: inAnHour() - 7_200 }))),
    'LOG_REFUSED',
    /invalid_token.*the token/,
  ],
  [
    'the token is signed by nobody',
    () => secure(token(() => unsignedToken({ sub: USER.username, exp: inAnHour() }))),
    'LOG_REFUSED',
    /invalid_token.*the token/,
  ],
  ['the token is none', () => login(token(() => SECRET)), 'LOG_REFUSED', /the token/],
]

const SECRET = 'nobody may read this'

describe.skipIf(missing !== null)('on a Kafka that asks who is there', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    kafka = await startSecuredKafka({ loginsLastMs: LOGIN_MS })
  })
  afterAll(() => kafka?.stop())

  describe.concurrent.each(CLIENTS)('the %s client', (_, open) => {
    test.concurrent.each(RIGHT)('works with %s', async (_way, connection) => {
      const log = await open(connection())
      try {
        await useLog(log)
      } finally {
        await log.close()
      }
    })

    test.concurrent.each(WRONG)(
      'says what to do where %s',
      async (_why, connection, code, says) => {
        const refused = open(connection()).then(
          async log => {
            await log.close()
            throw new Error('it was let in')
          },
          error => error as Error,
        )
        const error = await within(REFUSED_MS, refused)
        expect(error).toMatchObject({ code, message: expect.stringMatching(says) })
        expect(error.message).not.toContain(SECRET)
      },
    )

    test.concurrent('goes on as its tokens end and others come', async () => {
      let asked = 0
      const lived = async () => {
        asked++
        const expiresAtMs = Date.now() + LOGIN_MS
        const exp = Math.floor(expiresAtMs / 1_000)
        return { value: kafka.signer.token({ sub: USER.username, exp }), expiresAtMs }
      }
      const log = await open(secure({ mechanism: 'OAUTHBEARER', token: lived }))
      try {
        const [topic, untilMs] = [await newTopic(log), performance.now() + RUN_MS]
        let made = 0
        for (; performance.now() < untilMs; made++) {
          await log.commit({ appends: [{ topic, partition: 0, records: [valued(made)] }] })
          await vi.waitFor(() => log.range({ topic, partition: 0 }))
        }
        expect(await readAll(log, { topic, partition: 0 })).toHaveLength(made)
        expect(asked).toBeGreaterThan(1)
      } finally {
        await log.close()
      }
    })

    test('says which right is missing', async () => {
      const attempt = open(login(password('PLAIN', LIMITED_USER))).then(async log => {
        try {
          await newTopic(log)
        } finally {
          await log.close()
        }
      })
      await expect(attempt).rejects.toMatchObject({
        code: 'LOG_REFUSED',
        message: expect.stringMatching(/Give the user the rights for it \(ACLs\)/),
      })
    })
  })
})

type Right = readonly [
  resource: keyof typeof AclResourceTypes,
  prefix: string,
  operation: keyof typeof AclOperationTypes,
]

/** Of docs/kafka.md, where an application has its name in place of these prefixes. */
const RIGHTS: readonly Right[] = [
  ['TOPIC', 'conformance-', 'READ'],
  ['TOPIC', 'conformance-', 'WRITE'],
  ['TOPIC', 'conformance-', 'CREATE'],
  ['TOPIC', 'conformance-', 'DESCRIBE_CONFIGS'],
  ['GROUP', 'group-', 'READ'],
  ['GROUP', 'millrace-', 'DESCRIBE'],
  ['TRANSACTIONAL_ID', 'millrace-', 'WRITE'],
]

const nameOf = ([resource, , operation]: Right): string => `${operation} on ${resource}`

describe.skipIf(missing !== null)(
  'on a Kafka that asks what one may do',
  { timeout: 60_000 },
  () => {
    let kafka: SecuredKafka

    beforeAll(async () => {
      kafka = await startSecuredKafka()
    })
    afterAll(() => kafka?.stop())

    test.each(CLIENTS)(
      'the %s client needs the rights of the manual, and no others',
      async (name, open) => {
        const who = `granted-${name}`
        const sasl = token(() => unsignedToken({ sub: who, exp: inAnHour() }))
        const connection = { brokers: [kafka.at.login], sasl }
        await grant(kafka, who, RIGHTS)
        const log = await open(connection)
        try {
          await useLog(log)
          expect((await log.topics()).size).toBeGreaterThan(0)
        } finally {
          await log.close()
        }
      },
    )

    test.each(RIGHTS.map((right, index) => [nameOf(right), index] as const))(
      'without %s the rdkafka client is refused',
      async (_, index) => {
        const who = `nearly-${index}`
        await grant(kafka, who, RIGHTS.toSpliced(index, 1))
        const sasl = token(() => unsignedToken({ sub: who, exp: inAnHour() }))
        const attempt = CLIENTS[0]![1]({ brokers: [kafka.at.login], sasl }).then(log =>
          useLog(log).finally(() => log.close()),
        )
        // kafkajs, which asks for the group's members, is told of no coordinator and not why.
        const isOfGroup = RIGHTS[index]!.join() === 'GROUP,group-,READ'
        await expect(attempt).rejects.toMatchObject({
          code: isOfGroup ? 'LOG_UNAVAILABLE' : 'LOG_REFUSED',
          message: expect.stringMatching(/ACLs/),
        })
      },
    )
  },
)

const grant = async (kafka: SecuredKafka, who: string, rights: readonly Right[]): Promise<void> => {
  const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.createAcls({
    acl: rights.map(([resource, resourceName, operation]) => ({
      resourceType: AclResourceTypes[resource],
      resourceName,
      resourcePatternType: ResourcePatternTypes.PREFIXED,
      principal: `User:${who}`,
      host: '*',
      operation: AclOperationTypes[operation],
      permissionType: AclPermissionTypes.ALLOW,
    })),
  })
  await admin.disconnect()
}

const valued = (value: number) => ({ key: null, value: Buffer.from(`${value}`) })

/** A topic, a group, a commit with positions, and what comes back. */
const useLog = async (log: Log): Promise<void> => {
  const topic = await newTopic(log)
  const group = newGroup()
  let held = 0
  const membership = await log.join(group, topic, {
    assigned: async partitions => {
      held += partitions.length
    },
    revoked: async () => {},
  })
  await vi.waitUntil(() => held > 0, { timeout: 20_000 })
  const appends = [{ topic, partition: 0, records: [valued(1), valued(2)] }]
  await log.commit({ appends, consumed: { group, positions: [{ topic, partition: 0, next: 1 }] } })
  const read = await readAll(log, { topic, partition: 0 })
  expect(read.map(({ value }) => `${value}`)).toEqual(['1', '2'])
  expect(await log.committed(group)).toEqual([{ topic, partition: 0, next: 1 }])
  await membership.close()
}

const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  const late = new AbortController()
  const expired = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing within ${ms} ms`)), ms)
    late.signal.addEventListener('abort', () => clearTimeout(timer))
  })
  return Promise.race([work, expired]).finally(() => late.abort())
}
