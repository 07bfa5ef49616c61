// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a configuration writes variables so.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configurationPage } from './config-page.ts'
import { infoOf, shapeOf } from './key.ts'
import { configJson, configText } from './print-config.ts'
import { allKeys, schemaAt } from './problems.ts'
import { readConfig } from './read-config.ts'
import type { Environment } from './substitution.ts'

const FILE = '/shop/millrace.yaml'
const read = (text: string, env: Environment = {}) => readConfig(text, FILE, env)
const ON_KAFKA = 'application: shop\nlog: {brokers: [a:9092]}\n'

const complaint = (text: string, env: Environment = {}): string => {
  try {
    read(text, env)
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' })
    return (error as Error).message.replaceAll(FILE, 'F')
  }
  throw new Error('nothing was complained of')
}

/** The text, and what is said of it, whole. */
const WRONG: readonly (readonly [text: string, says: string])[] = [
  [
    'log: {client: lmdb}',
    'F:1: application is missing; give a name in lower case as shop-live, of up to 63 letters, digits and hyphens.',
  ],
  [
    'application: Shop\nlog: {client: lmdb}',
    'F:1: application is "Shop"; give a name in lower case as shop-live, of up to 63 letters, digits and hyphens.',
  ],
  [
    'application: shop\nlog: {brokers: "127.0.0.1:1,nonsense:abc"}',
    'F:2: log.brokers is "127.0.0.1:1,nonsense:abc"; give a list as [host:9092, other:9092], or a text with commas.',
  ],
  [
    'application: shop\nlog:\n  brokers: [a:65536]',
    'F:3: log.brokers is ["a:65536"]; give a list as [host:9092, other:9092], or a text with commas.',
  ],
  [`application: shop\nlogs: {client: lmdb}`, 'F:2: there is no key logs; did you mean log?'],
  [
    'application: shop\nlog: {client: lmbd}',
    'F:2: log.client is "lmbd"; give rdkafka, kafkajs or lmdb.',
  ],
  [`${ON_KAFKA}procesess: 2`, 'F:3: there is no key procesess; did you mean processes?'],
  [`${ON_KAFKA}brokers: [a]`, 'F:3: there is no key brokers; did you mean log.brokers?'],
  [`${ON_KAFKA}http: {portt: 1}`, 'F:3: there is no key http.portt; did you mean http.port?'],
  [`${ON_KAFKA}http: {x: 1}`, 'F:3: there is no key http.x; there is port, host.'],
  [`${ON_KAFKA}processes: many`, 'F:3: processes is "many"; give a whole number from 1 to 64.'],
  [`${ON_KAFKA}processes: 1.5`, 'F:3: processes is 1.5; give a whole number from 1 to 64.'],
  [`${ON_KAFKA}processes: 65`, 'F:3: processes is 65; give a whole number from 1 to 64.'],
  [`${ON_KAFKA}processes:`, 'F:3: processes is empty; give a whole number from 1 to 64.'],
  [`${ON_KAFKA}http: 80`, 'F:3: http is 80; give keys below it, indented.'],
  [`${ON_KAFKA}data: 12`, 'F:3: data is 12; give the path of a folder, in quotes.'],
  [
    `${ON_KAFKA}pipelines: [fraud-score]`,
    'F:3: there is no pipeline fraud-score; did you mean fraud-scores?',
  ],
  [
    `${ON_KAFKA}topics:\n  order:\n    format: json`,
    'F:4: there is no key topics.order; did you mean topics.orders?',
  ],
  [
    `${ON_KAFKA}topics:\n  orders:\n    format: xml`,
    'F:5: topics.orders.format is "xml"; give auto, avro or json.',
  ],
  [
    'application: shop',
    'F:1: log.brokers is missing; give a list as [host:9092], or log.client: lmdb to run without Kafka.',
  ],
  [
    'application: shop\nlog: {client: kafkajs, brokers: a, compression: gzip}',
    'F:1: guarantee is exactly-once, which kafkajs cannot do; give at-least-once, or log.client: rdkafka.',
  ],
  [
    'application: shop\nlog: {client: lmdb}\nprocesses: 2',
    'F:3: processes is more than 1, and one process alone can have an lmdb log; give 1, or use Kafka.',
  ],
  [
    'application: shop\nlog: {brokers: a, sasl: {mechanism: PLAIN, username: u}}',
    'F:2: PLAIN wants log.sasl.username and log.sasl.password.',
  ],
  [
    'application: shop\nlog: {brokers: a, sasl: {mechanism: OAUTHBEARER}}',
    'F:2: OAUTHBEARER wants one of log.sasl.token, log.sasl.tokenFile and log.sasl.oidc.',
  ],
  [
    'application: shop\nlog: {brokers: a, sasl: {mechanism: OAUTHBEARER, oidc: {url: "https://a"}}}',
    'F:2: log.sasl.oidc wants url, clientId and clientSecret.',
  ],
  [
    'application: shop\nlog: {brokers: a, sasl: {mechanism: OAUTHBEARER, oidc: {url: "http://a/t", clientId: i, clientSecret: s}}}',
    'F:2: log.sasl.oidc.url is http, and others could read the secret on its way; give https.',
  ],
  [
    'application: shop\nlog: {brokers: a, tls: {cert: a.pem}}',
    'F:2: log.tls has one of cert and key; give both, or none.',
  ],
  [
    `${ON_KAFKA}http: {port: 65535}\nprocesses: 2`,
    'F:3: http.port leaves no ports for 2 processes; give a lower one.',
  ],
  [
    `${ON_KAFKA}a: [`,
    'F:3: column 5: Flow sequence in block collection must be sufficiently indented and end with a ]. This is no YAML.',
  ],
  [
    `${ON_KAFKA}http: {port: $\{P}}`,
    'F:3: column 15: Unexpected flow-map-start at node end. Within { } and [ ] a variable stands in quotes, as "${NAME}".',
  ],
  [
    'application: ${APP}\nlog: {client: lmdb}',
    'F:1: application: the variable APP is not set; set it, or write ${APP:-default}.',
  ],
  [
    'application: a\nlog:\n  brokers:\n    - a:1\n    - ${B-x}',
    'F:5: log.brokers: ${B-x} is no variable; write ${NAME}, or $${ for the signs themselves.',
  ],
]

describe('a configuration', () => {
  for (const [text, says] of WRONG) {
    test(`is refused with: ${says}`, () => expect(complaint(text)).toBe(says))
  }

  test('that is wrong in several places is told all of them, in the order of its lines', () => {
    const text = `${ON_KAFKA}procesess: 2\nhttp: {port: x}\nguarantee: twice`
    expect(complaint(text).split('\n')).toEqual([
      '3 things are wrong in F:',
      '  F:3: there is no key procesess; did you mean processes?',
      '  F:4: http.port is "x"; give a whole number from 0 to 65535',
      '  F:5: guarantee is "twice"; give exactly-once or at-least-once',
    ])
  })

  test('is told what breaks a rule between its keys beside what is no value at all', () => {
    const text = `log: {brokers: [a]}\npipelines: [fraud-score]\nprocesses: many\nsinks: {clickhouse: {}}`
    expect(complaint(text).split('\n')).toEqual([
      '4 things are wrong in F:',
      expect.stringMatching(/F:1: application is missing/),
      '  F:2: there is no pipeline fraud-score; did you mean fraud-scores?',
      '  F:3: processes is "many"; give a whole number from 1 to 64',
      expect.stringMatching(/F:4: sinks\.clickhouse\.url is missing/),
    ])
  })

  test('takes names and addresses of brokers, with and without ports, and all pipelines by a word', () => {
    const brokers = ['kafka_1', 'b.example.org:1', '10.0.0.1:65535', '[::1]', '[2001:db8::1]:9092']
    const { config } = read(
      `application: shop\npipelines: all\nlog: {brokers: ${JSON.stringify(brokers)}}`,
    )
    expect(config.log.brokers).toEqual(brokers)
    expect(config.pipelines).toBeUndefined()
  })

  test('has a default for all that it does not say', () => {
    const { config, origins } = read(ON_KAFKA)
    expect(config).toMatchObject({
      processes: 1,
      partitions: 8,
      guarantee: 'exactly-once',
      commitIntervalMs: 100,
      log: { client: 'rdkafka', compression: 'lz4', sessionTimeoutMs: 10_000 },
      http: { port: 9_464, host: '127.0.0.1' },
    })
    expect(config.sinks.clickhouse).toBeUndefined()
    expect(origins.get('application')).toBe('file')
    expect(origins.get('processes')).toBe('default')
  })

  test('takes variables of the environment, as text, number, truth and list', () => {
    const text =
      'application: shop-${STAGE}\nlog: {brokers: "${B}"}\nprocesses: ${N:-3}\n' +
      'topics: {createMissing: "${C}"}\ndata: a$${b}'
    const { config, origins } = read(text, { STAGE: 'live', B: 'a:1, b:2', N: '', C: 'false' })
    expect(config).toMatchObject({ application: 'shop-live', processes: 3, data: '/shop/a${b}' })
    expect(config.log.brokers).toEqual(['a:1', 'b:2'])
    expect(config.topics.createMissing).toBe(false)
    expect(origins.get('application')).toBe('env STAGE')
    expect(origins.get('log.brokers')).toBe('env B')
  })

  test('never takes what a variable holds for YAML', () => {
    const text =
      'application: shop\nlog: {brokers: a, sasl: {mechanism: PLAIN, username: u, password: $P}}'
    const { config } = read(
      text.replace('$P', () => '"${P}"'),
      { P: '12345' },
    )
    expect(config.log.sasl?.password).toBe('12345')
    const other = read(
      text.replace('$P', () => '"${P}"'),
      { P: 'a}: [b' },
    )
    expect(other.config.log.sasl?.password).toBe('a}: [b')
  })

  test('names paths relative to its own folder', () => {
    const { config } = read(`${ON_KAFKA.replace('}', ', tls: {ca: tls/ca.pem}}')}data: /var/m`)
    expect(config.log.tls?.ca).toBe('/shop/tls/ca.pem')
    expect(config.data).toBe('/var/m')
  })
})

describe('a printed configuration', () => {
  const SECRET = 'pass: ${zebra}'
  const text =
    'application: shop\n' +
    'log: {brokers: a, sasl: {mechanism: PLAIN, username: u, password: "${P}"}}\n' +
    'schemaRegistry: {url: "http://me:${P2}@r:8081", password: "${P}"}\n'
  const secrets = { P: SECRET, P2: 'hidden' }

  test('says where each value comes from', () => {
    const lines = configText(read(text, secrets)).split('\n')
    expect(lines).toContain('application: shop # file')
    expect(lines).toContain('processes: 1 # default')
    expect(lines).toContain('pipelines: all # default')
    expect(JSON.parse(configJson(read(text, secrets))).config.pipelines).toBe('all')
    expect(lines).toContain('    username: u # file')
    expect(lines.some(line => /password: .*\*\*\*.* # env P$/.test(line))).toBe(true)
  })

  test('names only the variables that gave something', () => {
    const given = read(
      'application: "${STAGE:-shop}"\nlog: {brokers: "${A:-a},${B:-b},${C:-c}"}\ndata: "${D}"\n',
      { B: 'other:1', C: '', D: 'kept' },
    )
    const lines = configText(given).split('\n')
    expect(lines).toContain('application: shop # file')
    expect(lines).toContain('data: /shop/kept # env D')
    expect(given.config.log.brokers).toEqual(['a', 'other:1', 'c'])
    expect(given.origins.get('log.brokers')).toBe('env B')
  })

  test('shows that a password is empty', () => {
    const given = read(
      `${text}sinks: {clickhouse: {url: "http://u:@c", password: "\${Q:-}"}}`,
      secrets,
    )
    const lines = configText(given).split('\n')
    expect(lines).toContain('    password: "" # file')
    expect(lines).toContain('    url: http://u:@c # file')
    expect(lines.some(line => /password: .*\*\*\*/.test(line))).toBe(true)
    expect(JSON.parse(configJson(given)).config.sinks.clickhouse.password).toBe('')
  })

  test('shows no secret, neither as YAML nor as JSON, nor in a complaint', () => {
    const printed = read(text, secrets)
    for (const shown of [configText(printed), configJson(printed)]) {
      expect(shown).not.toContain('zebra')
      expect(shown).not.toContain('hidden')
      expect(shown).toContain('***')
    }
    expect(
      complaint(`${text}sinks: {clickhouse: {url: "ftp://u:hidden@x"}}`, secrets),
    ).not.toContain('hidden')
    expect(complaint(`${ON_KAFKA.replace('}', ', sasl: {password: [hidden]}}')}`)).not.toContain(
      'hidden',
    )
  })

  const texts = fc.oneof(
    fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }),
    fc.constantFrom('${A}', '$${A}', 'a: b # c', '***', 'true', '12'),
  )
  const brokers = fc
    .tuple(fc.domain(), fc.option(fc.integer({ min: 1, max: 65_535 })))
    .map(([host, port]) => (port === null ? host : `${host}:${port}`))
  const settings = fc.record(
    {
      processes: fc.integer({ min: 1, max: 64 }),
      commitRecords: fc.integer({ min: 1, max: 100_000 }),
      guarantee: fc.constantFrom('exactly-once', 'at-least-once'),
      data: texts,
      pipelines: fc.subarray(['fraud-scores', 'lifecycle-segments'], { minLength: 1 }),
      log: fc.record(
        {
          brokers: fc.array(brokers, { minLength: 1, maxLength: 3 }),
          tls: fc.oneof(fc.boolean(), fc.record({ ca: texts })),
          sasl: fc.record({
            mechanism: fc.constant('PLAIN'),
            username: texts,
            password: texts,
          }),
        },
        { requiredKeys: ['brokers'] },
      ),
      topics: fc.record({ orders: fc.record({ format: fc.constantFrom('avro', 'json') }) }),
    },
    { requiredKeys: ['log'] },
  )

  test('reads back as the same, whatever is in it', () =>
    fc.assert(
      fc.property(settings, given => {
        // Every JSON is YAML; the signs of a variable are escaped, as in a file.
        const written = JSON.stringify({ application: 'shop', ...given }).replaceAll(
          '${',
          () => '$${',
        )
        const first = read(written)
        const again = read(configText(first, 'shown'))
        expect(again.config).toEqual(first.config)
      }),
      { numRuns: 100 },
    ))
})

describe('the page of the manual', () => {
  test('is as the code makes it: run scripts/write-configuration-page.ts', () => {
    const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
    expect(page).toBe(configurationPage())
  })

  test('has a sentence for every key, and its unit where it has one', () => {
    for (const path of allKeys()) {
      const { doc, wants, unit } = infoOf(schemaAt(path)!)!
      expect(doc, path.join('.')).toMatch(/[.]$/)
      if (shapeOf(schemaAt(path)!) !== null) continue
      expect(wants, path.join('.')).not.toBe('')
      expect(unit === 'ms', path.join('.')).toBe(path.at(-1)!.endsWith('Ms'))
    }
  })
})

test('the example is sound', () => {
  const text = readFileSync(new URL('../../../examples/millrace.yaml', import.meta.url), 'utf8')
  const { config } = read(text)
  expect(config).toMatchObject({ application: 'shop-live', processes: 1 })
})
