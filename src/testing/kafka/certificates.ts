/** Certificates for a test's own servers and clients, made by `openssl`, good for two days. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** PEM text. */
export interface Certificate {
  readonly cert: string
  /** PKCS #8, not encrypted. */
  readonly key: string
}

export interface Certificates {
  readonly ca: string
  /** Of 127.0.0.1 and localhost. */
  readonly server: Certificate
  readonly client: Certificate
  /** An authority that has signed none of these. */
  readonly otherCa: string
}

/** Why none can be made here, as a sentence; null where they can. */
export const whyNoCertificates = (): string | null =>
  spawnSync('openssl', ['version']).status === 0
    ? null
    : 'Certificates are made with openssl, and it is not there: install it (Debian: apt-get install openssl).'

/** @param directory new, or of earlier certificates, which are written over */
export const makeCertificates = (directory: string): Certificates => {
  mkdirSync(directory, { recursive: true })
  const authority = (name: string): string => selfSigned(directory, name)
  const ca = authority('ca')
  return {
    ca,
    server: signed(directory, 'server', 'subjectAltName=IP:127.0.0.1,DNS:localhost'),
    client: signed(directory, 'client', 'extendedKeyUsage=clientAuth'),
    otherCa: authority('other-ca'),
  }
}

const NEW_KEY = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'

const openssl = (directory: string, words: string): void => {
  execFileSync('openssl', words.split(' '), { cwd: directory, stdio: 'ignore' })
}

const textOf = (directory: string, file: string): string =>
  readFileSync(join(directory, file), 'utf8')

const selfSigned = (directory: string, name: string): string => {
  openssl(
    directory,
    `req -x509 ${NEW_KEY} -days 2 -keyout ${name}.key -out ${name}.pem -subj /CN=${name}`,
  )
  return textOf(directory, `${name}.pem`)
}

const signed = (directory: string, name: string, extension: string): Certificate => {
  writeFileSync(join(directory, `${name}.ext`), `${extension}\n`)
  openssl(directory, `req ${NEW_KEY} -keyout ${name}.key -out ${name}.csr -subj /CN=${name}`)
  openssl(
    directory,
    `x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ${name}.ext -out ${name}.pem`,
  )
  return { cert: textOf(directory, `${name}.pem`), key: textOf(directory, `${name}.key`) }
}
