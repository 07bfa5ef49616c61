/**
 * The suite runs against a small server inside this test, which speaks the documented API strictly; it
 * is not a registry that anyone would use. With `SCHEMA_REGISTRY_URL` it runs against that one as well:
 * docs/schemas.md says how to start Apicurio Registry, against which it was proved.
 */
import { afterEach, describe, expect, test } from 'vitest'
import { RegistryServer, type RegistryServerOptions } from './conformance/registry-server.ts'
import { registryConformance } from './conformance.ts'
import { RegistryClient } from './registry-client.ts'
import { type RegistryConnection, registryAt } from './registry-connection.ts'

registryConformance('the server of this test', async () => {
  const server = await RegistryServer.start()
  return { connection: registryAt(server.url), close: () => server.close() }
})

const REAL = process.env.SCHEMA_REGISTRY_URL
if (REAL) {
  registryConformance('the registry at SCHEMA_REGISTRY_URL', async () => ({
    connection: registryAt(REAL),
    close: async () => {},
  }))
} else {
  // A registry is a server of others, which a checkout does not have.
  test.skip('a registry of others: give its address as SCHEMA_REGISTRY_URL', () => {})
}

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

const serverWith = async (options?: RegistryServerOptions): Promise<RegistryServer> => {
  const server = await RegistryServer.start(options)
  opened.push(server)
  return server
}

const clientAt = (url: string, connection: Partial<RegistryConnection> = {}): RegistryClient => {
  const client = new RegistryClient(registryAt(url, { firstPauseMs: 1, ...connection }))
  opened.push(client)
  return client
}

const SCHEMA = { type: 'record', name: 'Sale', fields: [{ name: 'eventId', type: 'string' }] }

describe('a registry that fails', () => {
  test.each([500, 503, 429, 408, 'cut'] as const)('is asked again after %s', async fault => {
    const server = await serverWith()
    server.faults.push(fault, fault)
    expect(await clientAt(server.url).register('sales-value', SCHEMA)).toBe(1)
    expect(server.requests).toHaveLength(3)
  })

  test('is asked so often, and no more', async () => {
    const server = await serverWith()
    server.faults.push(503, 503, 503, 503)
    const asked = clientAt(server.url, { attemptsMax: 3 }).versions('sales-value')
    await expect(asked).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      instruction: 'retry',
      message: expect.stringContaining('503'),
    })
    expect(server.requests).toHaveLength(3)
  })

  test('is not waited for without end', async () => {
    const server = await serverWith()
    server.faults.push('hang')
    const client = clientAt(server.url, { timeoutMs: 50, attemptsMax: 1 })
    await expect(client.versions('sales-value')).rejects.toThrow(/no answer within 50 ms/)
  })

  test('is left for another of its addresses, which is kept to', async () => {
    const [gone, server] = [await serverWith(), await serverWith()]
    const url = `${gone.url},${server.url}`
    await gone.close()
    const client = clientAt(url)
    expect(await client.register('sales-value', SCHEMA)).toBe(1)
    expect(await client.versions('sales-value')).toEqual([1])
    expect(server.requests).toHaveLength(2)
  })

  test('is not asked for an id that it once told', async () => {
    const server = await serverWith()
    const id = await clientAt(server.url).register('sales-value', SCHEMA)
    const client = clientAt(server.url, { attemptsMax: 1 })
    const found = await client.schemaOf(id)
    await server.close()
    expect(await client.schemaOf(id)).toEqual(found)
  })
})

describe('a registry that refuses', () => {
  const user = { name: 'mill', password: 'a:b@c%' }

  test('is asked once, and the answer says what to mend', async () => {
    const server = await serverWith({ user })
    const client = clientAt(server.url, { username: 'mill', password: 'other' })
    await expect(client.versions('sales-value')).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      message: expect.stringMatching(/does not know this user \(401\)/),
    })
    expect(server.requests).toHaveLength(1)
    server.faults.push(403)
    await expect(client.versions('sales-value')).rejects.toThrow(/does not allow this \(403\)/)
  })

  test('lets in whom it knows, named by options or in the address', async () => {
    const server = await serverWith({ user })
    const named = clientAt(server.url, { username: user.name, password: user.password })
    expect(await named.versions('sales-value')).toEqual([])
    const inAddress = server.url.replace('//', '//mill:a%3Ab%40c%25@')
    expect(await clientAt(inAddress).versions('sales-value')).toEqual([])
  })

  test('is told from something else at that address', async () => {
    const server = await serverWith()
    await expect(clientAt(`${server.url}/apis`).versions('a')).rejects.toThrow(/answered 404/)
  })

  test('never has its password in what is said of a wrong address', () => {
    expect(() => registryAt('ftp://mill:secret@host')).toThrow(/ftp:\/\/…@host is no address/)
    expect(() => registryAt('')).toThrow(/is no address of a schema registry/)
  })
})
