/**
 * OAUTHBEARER for kafkajs, which takes a broker's refusal for a success: the reason comes where other
 * mechanisms have their next question, and kafkajs does not look. (RFC 7628, 3.2.2.)
 */
import type { AuthenticationProviderArgs, Authenticator } from 'kafkajs'
import type { MillraceError } from '../../engine/errors.ts'
import type { KafkaToken } from './connection.ts'

export const tokenLogin =
  (token: () => Promise<KafkaToken>, refused: (reason: string) => MillraceError) =>
  ({ saslAuthenticate }: AuthenticationProviderArgs): Authenticator => ({
    async authenticate() {
      const { value } = await token()
      const reason = await saslAuthenticate<string>({
        request: { encode: () => framed(`n,,\u0001auth=Bearer ${value}\u0001\u0001`) },
        response: { decode: answer => answer, parse: unframed },
      })
      if (reason) throw refused(reason)
    },
  })

const LENGTH_BYTES = 4

/** A Kafka bytes field: its length, and what it holds. */
const framed = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

const unframed = (bytes: Buffer): string => bytes.toString('utf8', LENGTH_BYTES)
