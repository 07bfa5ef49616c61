/** Against a server with certificates that `openssl` makes for this test; skipped where it is not there. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RegistryServer } from './conformance/registry-server.ts'
import { RegistryClient } from './registry-client.ts'
import { type RegistryTls, registryAt } from './registry-connection.ts'

const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!HAS_OPENSSL)('a registry behind TLS that asks for our certificate', () => {
  let directory: string
  let server: RegistryServer
  let pem: { readonly ca: string; readonly cert: string; readonly key: string }

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'millrace-tls-'))
    const openssl = (words: string) =>
      execFileSync('openssl', words.split(' '), { cwd: directory, stdio: 'ignore' })
    const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'
    const san = '-addext subjectAltName=IP:127.0.0.1'
    openssl(`req -x509 ${key} -keyout key.pem -out cert.pem -subj /CN=registry ${san}`)
    const read = (name: string) => readFileSync(join(directory, name), 'utf8')
    pem = { ca: read('cert.pem'), cert: read('cert.pem'), key: read('key.pem') }
    server = await RegistryServer.start({ tls: { ...pem, requestCert: true } })
  })

  afterAll(async () => {
    await server?.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const versions = async (tls?: RegistryTls): Promise<readonly number[]> => {
    const connection = registryAt(server.url, { ...(tls ? { tls } : {}), attemptsMax: 1 })
    const client = new RegistryClient(connection)
    try {
      return await client.versions('sales-value')
    } finally {
      client.close()
    }
  }

  test('lets in who has one, and is known by its authority', async () => {
    expect(await versions(pem)).toEqual([])
  })

  test.each<[string, () => RegistryTls | undefined]>([
    ['its authority is not known', () => undefined],
    ['ours is missing', () => ({ ca: pem.ca })],
    ['what is given is no certificate', () => ({ ...pem, cert: 'nonsense' })],
  ])('refuses, once and with what to do, where %s', async (_, tls) => {
    await expect(versions(tls())).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      message: expect.stringMatching(/no secure connection.*`tls.ca`/),
    })
  })

  test('is spoken to unseen where that is asked for', async () => {
    expect(await versions({ cert: pem.cert, key: pem.key, rejectUnauthorized: false })).toEqual([])
  })
})
