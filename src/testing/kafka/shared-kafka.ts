/**
 * One broker for many test files, which run in processes of their own.
 *
 * The process of the test run listens on a socket, and starts the broker when somebody asks there:
 * runs without a Kafka test cost nothing, and the broker ends with the run.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { MillraceError } from '../../engine/errors.ts'
import { getKafka } from './get-kafka.ts'
import { whyNoKafka } from './kafka-artefacts.ts'
import { type StartedKafka, startKafka } from './start-kafka.ts'

export interface SharedKafka {
  /** Where `askForKafka` asks. */
  readonly address: string
  stop(): Promise<void>
}

export interface SharedKafkaOptions {
  /** Fetches Kafka where it is not there; where none can be had, who asks gets an error. */
  readonly required: boolean
  /** Is told once why there is none. */
  readonly tell: (reason: string) => void
}

/** What goes over the socket, as JSON; the asker says nothing. */
type Answer = { brokers: readonly string[] } | { missing: string } | { failed: string }

export const shareKafka = async (options: SharedKafkaOptions): Promise<SharedKafka> => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-shared-kafka-'))
  const address = join(folder, 'ask')
  const broker = new OneBroker(options)
  const server = await listening(address, () => broker.answer())
  return {
    address,
    async stop() {
      server.close()
      await broker.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Null where there is none; fails with `LOG_UNAVAILABLE` where there should be one. */
export const askForKafka = async (
  address: string,
): Promise<{ readonly brokers: readonly string[] } | null> => {
  const answer = JSON.parse(await text(createConnection(address))) as Answer
  if ('failed' in answer) throw new MillraceError('LOG_UNAVAILABLE', answer.failed)
  return 'brokers' in answer ? answer : null
}

const listening = async (address: string, answer: () => Promise<Answer>): Promise<Server> => {
  const server = createServer(socket => {
    // Somebody who has gone meanwhile needs no answer.
    socket.on('error', () => {})
    void answer().then(said => socket.end(JSON.stringify(said)))
  })
  server.listen(address)
  await once(server, 'listening')
  return server
}

class OneBroker {
  readonly #options: SharedKafkaOptions
  #kafka: StartedKafka | null = null
  #answer: Promise<Answer> | null = null

  constructor(options: SharedKafkaOptions) {
    this.#options = options
  }

  /** The same to everyone. */
  answer(): Promise<Answer> {
    this.#answer ??= this.#start().catch(error => ({ failed: `${error.message}` }))
    return this.#answer
  }

  async stop(): Promise<void> {
    await this.#answer
    await this.#kafka?.stop()
  }

  async #start(): Promise<Answer> {
    if (this.#options.required) await getKafka()
    const missing = whyNoKafka()
    if (missing !== null) return this.#without(missing)
    this.#kafka = await startKafka()
    return { brokers: this.#kafka.brokers }
  }

  #without(missing: string): Answer {
    if (this.#options.required) return { failed: missing }
    this.#options.tell(`Tests on Kafka are skipped. ${missing}`)
    return { missing }
  }
}
