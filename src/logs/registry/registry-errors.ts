/** What can go wrong with a schema registry, in words. */
import { MillraceError } from '../../engine/errors.ts'

export const unavailable = (urls: readonly string[], failure: unknown): MillraceError =>
  new MillraceError(
    'REGISTRY_UNAVAILABLE',
    `the schema registry at ${urls.join(', ')} cannot be reached: ${messageOf(failure)}. ` +
      'Start it, or mend its address.',
    { cause: failure },
  )

export const refusedEntry = (url: string, status: number): MillraceError =>
  new MillraceError(
    'REGISTRY_REFUSED',
    status === 401
      ? `the schema registry at ${url} does not know this user (401). Mend its user name and password.`
      : `the schema registry at ${url} does not allow this (403). Give its user the right to do it.`,
  )

/** Null where it is no fault of certificates, or of a protocol that is not spoken there. */
export const certificateFault = (url: string, thrown: unknown): MillraceError | null => {
  const { code = '' } = thrown as NodeJS.ErrnoException
  if (!/CERT|SIGNATURE|^ERR_TLS|^ERR_SSL|^ERR_OSSL|^EPROTO$/.test(code)) return null
  return new MillraceError(
    'REGISTRY_REFUSED',
    `no secure connection to the schema registry at ${url}: ${messageOf(thrown)} (${code}). ` +
      'Give the certificate of its authority as `tls.ca`, and your own as `tls.cert` and `tls.key` ' +
      'where it asks for one.',
    { cause: thrown },
  )
}

export const strangeAnswer = (url: string, status: number, text: string): MillraceError =>
  new MillraceError(
    'REGISTRY_REFUSED',
    `${url} answered ${status} with ${text === '' ? 'nothing' : JSON.stringify(text.slice(0, 100))}, ` +
      'which no schema registry says. Mend the address: some have a path, as ' +
      'http://host:8080/apis/ccompat/v7.',
  )

export const refusedSchema = (subject: string, message: string, mode: string): MillraceError =>
  new MillraceError(
    'REGISTRY_REFUSED',
    `${subject}: the registry holds the schema to be incompatible with what is registered ` +
      `(${mode}): ${message}. Give new fields a default and keep old ones, or change the ` +
      "subject's compatibility on purpose.",
  )

export const refusedCall = (what: string, status: number, code: number, message: string) =>
  new MillraceError(
    'REGISTRY_REFUSED',
    `${what}: the schema registry answered ${status} (${code}): ${message}. See its documentation ` +
      'of the code.',
  )

/** OpenSSL writes a line of its insides, and the reason apart. */
const messageOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown)
  const { message, code, reason } = thrown as NodeJS.ErrnoException & { readonly reason?: string }
  const text = reason || message || code || thrown.name
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '')
}
