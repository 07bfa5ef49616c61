/** Tokens as an identity provider gives them, signed with a key of the test's own. */
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'

export interface TokenClaims {
  readonly sub: string
  /** In seconds since 1970, as in all tokens. */
  readonly exp: number
}

export class TokenSigner {
  readonly #key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

  /** What a broker checks signatures with: a JSON Web Key Set. */
  get keySet(): string {
    const key = createPublicKey(this.#key).export({ format: 'jwk' })
    return JSON.stringify({ keys: [{ ...key, kid: KEY_ID, use: 'sig', alg: 'RS256' }] })
  }

  /** Fit for a listener that checks signatures. */
  token({ sub, exp }: TokenClaims): string {
    const signed = `${encoded({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })}.${claimsOf(sub, exp)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), this.#key).toString('base64url')}`
  }
}

/** Without a signature: for a listener that believes everybody. */
export const unsignedToken = ({ sub, exp }: TokenClaims): string =>
  `${encoded({ alg: 'none' })}.${claimsOf(sub, exp)}.`

const KEY_ID = 'test'

/** Was given out a little ago, as clocks differ. */
const claimsOf = (sub: string, exp: number): string =>
  encoded({ sub, exp, iat: exp - 3_600, scope: 'kafka' })

const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
