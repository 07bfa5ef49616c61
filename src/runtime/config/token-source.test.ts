import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { type TokenClient, tokenSource } from './token-source.ts'

const SECRET = 'never/tell+this:to anybody'
let server: Server | undefined
let now = 0
const wallNow = () => now

/** A provider that answers so, on a port of its own. */
const provider = async (answer: RequestListener): Promise<TokenClient> => {
  server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/token`, clientId: 'mill', clientSecret: SECRET, wallNow }
}

const answering = (status: number, body: object | string) =>
  provider((_, response) => {
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
  })

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  now = 0
})

describe('tokens of an identity provider', () => {
  test('are asked for with the client credentials grant', async () => {
    let seen = {}
    const client = await provider(async (request, response) => {
      const { authorization, 'content-type': type } = request.headers
      seen = {
        method: request.method,
        url: request.url,
        authorization,
        type,
        body: await text(request),
      }
      response.end(JSON.stringify({ access_token: 'abc', expires_in: 60 }))
    })
    const token = await tokenSource({ ...client, scope: 'kafka read' })()
    expect(token).toEqual({ value: 'abc', expiresAtMs: 60_000 })
    expect(seen).toEqual({
      method: 'POST',
      url: '/token',
      authorization: `Basic ${Buffer.from(`mill:${encodeURIComponent(SECRET)}`).toString('base64')}`,
      type: 'application/x-www-form-urlencoded',
      body: 'grant_type=client_credentials&scope=kafka+read',
    })
  })

  test('are kept for most of their life, and asked for once by all who want one', async () => {
    let given = 0
    const client = await provider((_, response) => {
      given++
      response.end(JSON.stringify({ access_token: `token ${given}`, expires_in: 100 }))
    })
    const token = tokenSource(client)
    const first = await Promise.all([token(), token(), token()])
    expect(first.map(({ value }) => value)).toEqual(['token 1', 'token 1', 'token 1'])
    now = 74_999
    expect((await token()).value).toBe('token 1')
    now = 75_000
    expect(await token()).toEqual({ value: 'token 2', expiresAtMs: 175_000 })
    expect(given).toBe(2)
  })

  test('that have no end stated are held to last five minutes', async () => {
    const client = await answering(200, { access_token: 'abc' })
    expect(await tokenSource(client)()).toEqual({ value: 'abc', expiresAtMs: 300_000 })
  })

  test('are asked for again after a failure', async () => {
    let asked = 0
    const client = await provider((_, response) => {
      asked++
      if (asked === 1) response.writeHead(503).end()
      else response.end(JSON.stringify({ access_token: 'abc', expires_in: 60 }))
    })
    const token = tokenSource(client)
    await expect(token()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
    expect((await token()).value).toBe('abc')
  })

  test.each<[string, number, object | string, string, RegExp]>([
    ['the secret is wrong', 401, { error: 'invalid_client' }, 'LOG_REFUSED', /401, invalid_client/],
    ['the answer echoes the secret', 400, { error: SECRET }, 'LOG_REFUSED', /answered 400\)/],
    ['the answer is no JSON', 200, `<p>${SECRET}</p>`, 'LOG_REFUSED', /has no token/],
    ['the provider is overloaded', 503, '', 'LOG_UNAVAILABLE', /503/],
  ])(
    'where %s, the error says what to do and not the secret',
    async (_, status, body, code, says) => {
      const error = await tokenSource(await answering(status, body))().catch(thrown => thrown)
      expect(error).toMatchObject({ code, message: expect.stringMatching(says) })
      expect(error.message).toMatch(/Check .*log\.sasl\.oidc/)
      expect(JSON.stringify([error.message, error.cause ?? null])).not.toContain(SECRET)
    },
  )

  test('where nobody answers, the error says so', async () => {
    const client = await answering(200, {})
    server!.close()
    const error = await tokenSource({ ...client, url: 'http://127.0.0.1:9/token' })().catch(e => e)
    expect(error).toMatchObject({ code: 'LOG_UNAVAILABLE' })
  })
})
