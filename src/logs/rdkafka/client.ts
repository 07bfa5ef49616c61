/**
 * node-rdkafka, loaded when it is first needed, and its callbacks as promises. It is an optional
 * dependency, as it compiles librdkafka at install, and it works in the main thread only.
 */
import { isMainThread } from 'node:worker_threads'
import type { KafkaConsumer, LibrdKafkaError, Message, Metadata } from 'node-rdkafka'
import type { KafkaConnection } from '../kafka/connection.ts'
import { clientMissing } from '../kafka/faults.ts'
import { asked, closeGate, type Done } from './call-gate.ts'
import { faultOf } from './faults.ts'

export type Rdkafka = typeof import('node-rdkafka')

/** Fails with `LOG_CLIENT_MISSING`. */
export const loadRdkafka = async (): Promise<Rdkafka> => {
  if (!isMainThread) {
    throw clientMissing('node-rdkafka', 'it cannot be loaded in a worker thread; use processes')
  }
  try {
    const loaded = (await import('node-rdkafka')) as unknown as { default: Rdkafka }
    return loaded.default
  } catch (error) {
    throw clientMissing('node-rdkafka', error)
  }
}

export const paused = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Like `work`, but not longer than this: true where it was done in time. */
export const within = async (ms: number, work: Promise<unknown>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>(resolve => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([work.then(() => true), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Serves the client's callbacks, of a consumer that reads nothing. What fails mends itself. */
export const served = (consumer: KafkaConsumer): Promise<unknown> =>
  asked<Message[]>(consumer, done => consumer.consume(1, done)).catch(() => {})

/** What consumers and producers have in common. */
interface AnyClient {
  connect(options: { allTopics: boolean; timeout: number }, done: Done<Metadata>): unknown
  disconnect(done: () => void): unknown
  isConnected(): boolean
  /** Of producers, which poll by a timer. */
  setPollInterval?(ms: number): unknown
  setOauthBearerToken(token: string): unknown
  on(event: 'event.error', listener: (error: LibrdKafkaError) => void): unknown
  once(event: 'disconnected', listener: () => void): unknown
  removeListener(event: string, listener: (error: LibrdKafkaError) => void): unknown
}

const CONNECT_MS = 10_000
/** A token is replaced when so much of its life is over. */
const TOKEN_RENEWED_AT = 0.8
const TOKEN_KEPT_MS_MIN = 1_000
const TOKEN_KEPT_MS_MAX = 24 * 3_600_000
/** Where none could be had. */
const RETRY_TOKEN_MS = 2_000

/** Connects and asks for the brokers. Fails with `LOG_UNAVAILABLE` or `LOG_REFUSED`. */
export const connectClient = async (
  client: AnyClient,
  connection: KafkaConnection,
): Promise<void> => {
  const stopKeeping = await keepToken(client, connection)
  let reason: LibrdKafkaError | null = null
  const noticed = (error: LibrdKafkaError) => {
    reason = preferred(reason, error)
  }
  client.on('event.error', noticed)
  try {
    const options = { allTopics: false, timeout: CONNECT_MS }
    await asked<Metadata>(client, done => client.connect(options, done))
  } catch (error) {
    stopKeeping()
    throw faultOf(connection, 'the connection', reason ?? (error as LibrdKafkaError))
  } finally {
    client.removeListener('event.error', noticed)
    // Errors of the connection come back from calls; an event without a listener would be thrown.
    client.on('event.error', () => {})
  }
}

const AUTHENTICATION = -169
const SSL = -181

/** That a login was refused says more than that no broker is left. */
const preferred = (before: LibrdKafkaError | null, error: LibrdKafkaError): LibrdKafkaError =>
  before && (before.code === AUTHENTICATION || before.code === SSL) ? before : error

/**
 * librdkafka does not ask for a token by itself here, and takes one to be good for ever: it gets each
 * before the last one is over, and shows it to brokers when they want to know again.
 */
const keepToken = async (client: AnyClient, { sasl }: KafkaConnection): Promise<() => void> => {
  if (sasl?.mechanism !== 'OAUTHBEARER') return () => {}
  let timer: NodeJS.Timeout | undefined
  let isKept = true
  const again = (waitMs: number): void => {
    if (isKept) timer = setTimeout(() => renew().catch(() => again(RETRY_TOKEN_MS)), waitMs).unref()
  }
  const renew = async (): Promise<void> => {
    const { value, expiresAtMs } = await sasl.token()
    if (!isKept) return
    client.setOauthBearerToken(value)
    if (expiresAtMs !== undefined) again(renewedInMs(expiresAtMs))
  }
  const stop = (): void => {
    isKept = false
    clearTimeout(timer)
  }
  await renew()
  client.once('disconnected', stop)
  return stop
}

/** Timers know no longer waits than 2^31 ms, and a day does no harm. */
const renewedInMs = (expiresAtMs: number): number => {
  const waitMs = (expiresAtMs - Date.now()) * TOKEN_RENEWED_AT
  return Math.min(Math.max(waitMs, TOKEN_KEPT_MS_MIN), TOKEN_KEPT_MS_MAX)
}

const DISCONNECT_MS = 5_000

const disconnecting = new WeakMap<AnyClient, Promise<void>>()

/**
 * Bounded, as librdkafka waits for brokers that may be gone. A handle is taken down when no call of it
 * is under way; where one takes longer than this waits, that happens after it.
 */
export const disconnectClient = async (client: AnyClient): Promise<void> => {
  if (!client.isConnected()) return
  const known = disconnecting.get(client)
  const disconnected = known ?? takenDown(client)
  if (!known) disconnecting.set(client, disconnected)
  await within(DISCONNECT_MS, disconnected)
}

const takenDown = async (client: AnyClient): Promise<void> => {
  await closeGate(client)
  client.setPollInterval?.(0)
  await new Promise<void>(resolve => {
    client.disconnect(() => resolve())
  })
}
