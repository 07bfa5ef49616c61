/**
 * One node of Kafka that asks who is there, in every way that we know, each at a port of its own:
 *
 *   tls          SSL, nobody says who they are
 *   mutualTls    SSL, clients have certificates
 *   login        SASL_PLAINTEXT: PLAIN, SCRAM, and OAUTHBEARER with tokens that nobody signed
 *   secureLogin  SASL_SSL: the same, with tokens that are signed
 *
 * Whoever comes to the plain port is the operator. `USER` may do everything; others may do what they
 * are given (`StandardAuthorizer`).
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Certificates, makeCertificates } from './certificates.ts'
import { freePorts } from './free-ports.ts'
import {
  KAFKA_HOST,
  type KafkaListener,
  type KafkaNode,
  type KafkaSettings,
} from './server-properties.ts'
import { TokenSigner } from './signed-tokens.ts'
import { type NodeExtras, type StartedKafka, startKafka } from './start-kafka.ts'

export const USER = { username: 'mill', password: 'a right password' } as const
/** Has no rights but those that a test gives. */
export const LIMITED_USER = { username: 'limited', password: 'another password' } as const

export interface SecuredKafka extends StartedKafka {
  /** `host:port`. */
  readonly at: Readonly<Record<'tls' | 'mutualTls' | 'login' | 'secureLogin', string>>
  readonly certificates: Certificates
  /** Signs what `secureLogin` believes. */
  readonly signer: TokenSigner
}

export interface SecuredKafkaOptions {
  /** A connection that logged in with a token is cut after so long, unless it logs in again. */
  readonly loginsLastMs?: number
}

/** Some seven seconds. Fails with `LOG_UNAVAILABLE`. */
export const startSecuredKafka = async (
  options: SecuredKafkaOptions = {},
): Promise<SecuredKafka> => {
  const listeners = listenersAt(await freePorts(4))
  const signer = new TokenSigner()
  let certificates: Certificates | undefined
  const kafka = await startKafka({
    extras: async node => {
      certificates = makeCertificates(join(node.directory, 'certificates'))
      return extrasOf(node, listeners, certificates, signer, options)
    },
  })
  const [tls, mutualTls, login, secureLogin] = listeners.map(({ port }) => `${KAFKA_HOST}:${port}`)
  return Object.assign(kafka, {
    at: { tls: tls!, mutualTls: mutualTls!, login: login!, secureLogin: secureLogin! },
    certificates: certificates!,
    signer,
  })
}

const listenersAt = ([tls, mutual, login, secure]: readonly number[]): KafkaListener[] => [
  { name: 'TLS', protocol: 'SSL', port: tls! },
  { name: 'MUTUAL', protocol: 'SSL', port: mutual! },
  { name: 'LOGIN', protocol: 'SASL_PLAINTEXT', port: login! },
  { name: 'SECURE', protocol: 'SASL_SSL', port: secure! },
]

const extrasOf = (
  { directory }: KafkaNode,
  listeners: readonly KafkaListener[],
  certificates: Certificates,
  signer: TokenSigner,
  { loginsLastMs }: SecuredKafkaOptions,
): NodeExtras => {
  mkdirSync(directory, { recursive: true })
  const keys = join(directory, 'keys.json')
  writeFileSync(keys, signer.keySet)
  const tokens = `${pathToFileURL(keys)}`
  return {
    listeners,
    settings: {
      ...rightsSettings,
      ...tlsSettings(directory, certificates),
      ...loginSettings('login', loginsLastMs),
      ...loginSettings('secure', loginsLastMs),
      ...signedTokenSettings(tokens),
    },
    users: [USER, LIMITED_USER].flatMap(({ username: name, password }) => [
      { mechanism: 'SCRAM-SHA-256' as const, name, password },
      { mechanism: 'SCRAM-SHA-512' as const, name, password },
    ]),
    // Kafka 4 asks its operator by name which address may be read for keys.
    javaOptions: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${tokens}`],
  }
}

const rightsSettings: KafkaSettings = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': `User:ANONYMOUS;User:${USER.username};User:CN=client`,
}

const tlsSettings = (directory: string, { ca, server }: Certificates): KafkaSettings => {
  const keystore = join(directory, 'server-keystore.pem')
  const truststore = join(directory, 'truststore.pem')
  writeFileSync(keystore, `${server.key}${server.cert}`)
  writeFileSync(truststore, ca)
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': keystore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': truststore,
    'listener.name.mutual.ssl.client.auth': 'required',
  }
}

const MODULES = 'org.apache.kafka.common.security'

const loginSettings = (listener: string, lastMs: number | undefined): KafkaSettings => {
  const of = `listener.name.${listener}`
  const { username, password } = USER
  const known = [USER, LIMITED_USER].map(user => `user_${user.username}="${user.password}"`)
  const scram = `${MODULES}.scram.ScramLoginModule required;`
  return {
    [`${of}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
    [`${of}.plain.sasl.jaas.config`]: `${MODULES}.plain.PlainLoginModule required username="${username}" password="${password}" ${known.join(' ')};`,
    [`${of}.scram-sha-256.sasl.jaas.config`]: scram,
    [`${of}.scram-sha-512.sasl.jaas.config`]: scram,
    [`${of}.oauthbearer.sasl.jaas.config`]: `${MODULES}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
    ...(lastMs === undefined ? {} : { [`${of}.oauthbearer.connections.max.reauth.ms`]: lastMs }),
  }
}

/** Kafka 4's own check of signatures; without this a listener believes every token. */
const signedTokenSettings = (keySet: string): KafkaSettings => {
  const of = 'listener.name.secure.oauthbearer.sasl'
  return {
    [`${of}.server.callback.handler.class`]: `${MODULES}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
    [`${of}.oauthbearer.jwks.endpoint.url`]: keySet,
  }
}
