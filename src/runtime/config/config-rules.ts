/** What must hold between keys of the configuration. */
import { suggestionFor } from '../../engine/schema/suggestion.ts'
import { pipelines } from '../../pipelines/index.ts'
import type { Config } from './config-schema.ts'
import type { Problem } from './problems.ts'

const PORT_MAX = 65_535

export const brokenRules = (config: Config): readonly Problem[] => [
  ...pipelineRules(config),
  ...logRules(config),
  ...saslRules(config),
  ...tlsRules('log.tls', config.log.tls),
  ...tlsRules('schemaRegistry.tls', config.schemaRegistry?.tls),
  ...tlsRules('sinks.clickhouse.tls', config.sinks.clickhouse?.tls),
  ...addressRules(config),
]

const pipelineRules = ({ pipelines: chosen = [] }: Config): Problem[] => {
  const names = pipelines.map(({ id }) => id)
  return chosen
    .filter(name => !names.includes(name))
    .map(name => {
      const near = suggestionFor(name, names)
      const advice = near ? `did you mean ${near}?` : `there is ${names.join(', ')}`
      return problem('pipelines', `there is no pipeline ${name}; ${advice}`)
    })
}

const logRules = ({ log, guarantee, processes }: Config): Problem[] => {
  const { client, brokers, compression } = log
  return [
    ...when(
      client !== 'lmdb' && brokers === undefined,
      'log.brokers',
      'log.brokers is missing; give a list as [host:9092], or log.client: lmdb to run without Kafka',
    ),
    ...when(
      client === 'lmdb' && processes > 1,
      'processes',
      'processes is more than 1, and one process alone can have an lmdb log; give 1, or use Kafka',
    ),
    ...when(
      client === 'kafkajs' && guarantee === 'exactly-once',
      'guarantee',
      'guarantee is exactly-once, which kafkajs cannot do; give at-least-once, or log.client: rdkafka',
    ),
    ...when(
      client === 'kafkajs' && compression !== 'none' && compression !== 'gzip',
      'log.compression',
      `log.compression is ${compression}, which kafkajs does not have; give none or gzip`,
    ),
  ]
}

const saslRules = ({ log: { sasl } }: Config): Problem[] => {
  if (sasl === undefined) return []
  const { mechanism, username, password, token, tokenFile, oidc } = sasl
  if (mechanism === undefined) {
    return [problem('log.sasl', 'log.sasl.mechanism is missing; give PLAIN, SCRAM or OAUTHBEARER')]
  }
  if (mechanism === 'OAUTHBEARER') {
    const given = [token, tokenFile, oidc].filter(source => source !== undefined).length
    const wanted = 'OAUTHBEARER wants one of log.sasl.token, log.sasl.tokenFile and log.sasl.oidc'
    return [...when(given !== 1, 'log.sasl', wanted), ...oidcRules(oidc)]
  }
  return when(
    username === undefined || password === undefined,
    'log.sasl',
    `${mechanism} wants log.sasl.username and log.sasl.password`,
  )
}

type Oidc = NonNullable<Config['log']['sasl']>['oidc']

const oidcRules = (oidc: Oidc): Problem[] => {
  if (oidc === undefined) return []
  const { url, clientId, clientSecret } = oidc
  const isWhole = url !== undefined && clientId !== undefined && clientSecret !== undefined
  return [
    ...when(!isWhole, 'log.sasl.oidc', 'log.sasl.oidc wants url, clientId and clientSecret'),
    ...when(
      url !== undefined && !isPrivate(new URL(url)),
      'log.sasl.oidc.url',
      'log.sasl.oidc.url is http, and others could read the secret on its way; give https',
    ),
  ]
}

const isPrivate = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)

const tlsRules = (
  path: string,
  tls: { readonly cert?: string | undefined; readonly key?: string | undefined } | undefined,
): Problem[] =>
  when(
    (tls?.cert === undefined) !== (tls?.key === undefined),
    path,
    `${path} has one of cert and key; give both, or none`,
  )

const addressRules = ({ http, processes, schemaRegistry, sinks }: Config): Problem[] => [
  ...when(
    http.port + processes - 1 > PORT_MAX,
    'http.port',
    `http.port leaves no ports for ${processes} processes; give a lower one`,
  ),
  ...when(
    schemaRegistry !== undefined && schemaRegistry.url === undefined,
    'schemaRegistry',
    'schemaRegistry.url is missing; give an address as http://host:8081',
  ),
  ...when(
    sinks.clickhouse !== undefined && sinks.clickhouse.url === undefined,
    'sinks.clickhouse',
    'sinks.clickhouse.url is missing; give an address as http://host:8123',
  ),
]

const when = (isBroken: boolean, path: string, sentence: string): Problem[] =>
  isBroken ? [problem(path, sentence)] : []

const problem = (path: string, sentence: string): Problem => ({ path: path.split('.'), sentence })
