/** A ClickHouse that asks who comes: by certificate, password and rights. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { markets } from '../../events.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { type ClickHouseAddress, clientOf } from '../../sinks/clickhouse/client.ts'
import { type ClickHouseForTests, clickHouseForTests } from '../../testing/click-house.ts'
import {
  type Certificates,
  makeCertificates,
  whyNoCertificates,
} from '../../testing/kafka/certificates.ts'
import { checkIsClickHouse } from './known-click-house.ts'
import { openTables } from './tables.ts'

const KEPT = { partitions: 1, compacted: false, retentionMs: null, retentionBytes: null }

describe.skipIf(whyNoCertificates() !== null)('a ClickHouse that asks who comes', () => {
  let server: ClickHouseForTests
  let directory: string
  let certificates: Certificates
  const opened: Server[] = []
  beforeAll(async () => {
    server = await clickHouseForTests()
    directory = mkdtempSync(join(tmpdir(), 'millrace-tls-'))
    certificates = makeCertificates(directory)
  }, 60_000)
  afterAll(async () => {
    for (const each of opened) each.close()
    rmSync(directory, { recursive: true, force: true })
    await server?.stop()
  })

  const listening = async (made: Server): Promise<number> => {
    opened.push(made)
    made.listen(0, '127.0.0.1')
    await once(made, 'listening')
    return (made.address() as AddressInfo).port
  }

  /** Speaks TLS for the server behind it. */
  const behindTls = async (options: TlsOptions = {}): Promise<ClickHouseAddress> => {
    const { hostname, port } = new URL(server.address.url)
    const { cert, key } = certificates.server
    const made = createTlsServer({ cert, key, ...options }, socket => {
      const there = connect(Number(port), hostname)
      for (const end of [socket, there]) {
        end.on('error', () => {})
        end.on('close', () => {
          socket.destroy()
          there.destroy()
        })
      }
      socket.pipe(there).pipe(socket)
    })
    made.on('tlsClientError', () => {})
    return { ...server.address, url: `https://127.0.0.1:${await listening(made)}` }
  }

  const logWithMarket = async () => {
    const log = memoryLog({ wallNow: () => Date.UTC(2026, 0, 1) })
    await log.createTopic(markets.name, KEPT)
    const record = { market: 'GB', occurredAt: 0, currency: 'GBP', timeZone: 'Europe/London' }
    const whole = codecsOf<object>(markets).decodeJson(Buffer.from(JSON.stringify(record)))
    const value = codecsOf<object>(markets).encodeAvro(whole)
    const records = [{ key: Buffer.from('GB'), value }]
    await log.commit({ appends: [{ topic: markets.name, partition: 0, records }] })
    return log
  }

  const open = async (clickHouse: ClickHouseAddress) =>
    openTables({
      log: await logWithMarket(),
      applicationId: 'shop',
      clickHouse,
      topicSettings: () => KEPT,
    })

  test('takes rows over TLS from whoever trusts its authority and has a certificate', async () => {
    const { ca, client } = certificates
    const address = await behindTls({ requestCert: true, rejectUnauthorized: true, ca })
    const tables = await open({ ...address, tls: { ca, ...client } })
    await tables.sink.drain()
    expect(tables.sink.status().find(({ topic }) => topic === markets.name)?.position).toBe(1)
    await tables.stop()
  }, 60_000)

  test('is not trusted where another authority signed its certificate', async () => {
    const tls = { ca: certificates.otherCa }
    const attempt = open({ ...(await behindTls()), tls })
    await expect(attempt).rejects.toMatchObject({
      code: 'CLICKHOUSE_REFUSED',
      message: expect.stringContaining('Give the authority that signed its certificate as tls.ca'),
    })
  })

  test('refuses whoever has no certificate', async () => {
    const { ca } = certificates
    const address = await behindTls({
      requestCert: true,
      rejectUnauthorized: true,
      ca,
      maxVersion: 'TLSv1.2',
    })
    const attempt = checkIsClickHouse({ ...address, tls: { ca } })
    await expect(attempt).rejects.toMatchObject({ code: expect.stringMatching(/^CLICKHOUSE_/) })
  })

  test('that speaks TLS only is not reached without it, nor the other way round', async () => {
    const address = await behindTls()
    const plain = { ...address, url: address.url.replace('https', 'http') }
    const code = expect.stringMatching(/^CLICKHOUSE_/)
    await expect(checkIsClickHouse(plain)).rejects.toMatchObject({ code })
    const safe = { ...server.address, url: server.address.url.replace('http', 'https') }
    await expect(checkIsClickHouse(safe)).rejects.toMatchObject({ code: 'CLICKHOUSE_REFUSED' })
  })

  test('refuses a wrong password at once, also over TLS', async () => {
    const tls = { ca: certificates.ca }
    const attempt = open({ ...(await behindTls()), password: 'guessed', tls })
    await expect(attempt).rejects.toMatchObject({
      code: 'CLICKHOUSE_REFUSED',
      message: expect.stringMatching(/516.*AUTHENTICATION_FAILED/),
    })
  })

  /** The embedded engine has one user, who may do all: this says no as a server does. */
  test('that grants no inserts stops the sink, and says whose rights to mend', async () => {
    const { url } = server.address
    const made = createHttpServer((request, response) => {
      const asked = new URL(request.url!, url)
      if (/^INSERT INTO.*markets/.test(asked.searchParams.get('query') ?? '')) {
        request.resume()
        response.writeHead(403, { 'X-ClickHouse-Exception-Code': '497' })
        response.end(
          'Code: 497. DB::Exception: shop: Not enough privileges. To execute this query, it is ' +
            'necessary to have the grant INSERT. (ACCESS_DENIED) (version 26.7.2)\n',
        )
        return
      }
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(([name]) =>
          /^(authorization|content-type)$/.test(name),
        ),
      ) as Record<string, string>
      const chunks: Buffer[] = []
      request.on('data', chunk => chunks.push(chunk))
      request.on('end', async () => {
        const body = request.method === 'POST' ? { body: Buffer.concat(chunks) } : {}
        const answer = await fetch(asked, { method: request.method!, headers, ...body })
        response.writeHead(answer.status, Object.fromEntries(answer.headers))
        response.end(Buffer.from(await answer.arrayBuffer()))
      })
    })
    const address = { ...server.address, url: `http://127.0.0.1:${await listening(made)}` }
    const direct = clientOf(server.address)
    await direct.command({ query: 'TRUNCATE TABLE markets' })
    await direct.close()
    const tables = await open(address)
    await expect(tables.sink.failure).rejects.toMatchObject({
      code: 'CLICKHOUSE_REFUSED',
      message: expect.stringContaining('Mend the table or the rights of the user'),
    })
    await tables.stop()
  }, 60_000)
})
