import { request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { breachesIn, familiesIn } from './conformance/exposition.ts'
import { type HttpServer, type ServeOptions, serveHttp } from './http-server.ts'
import { newMetrics } from './metrics.ts'

const WELL = { live: true, ready: true, reasons: [] }

const servers: HttpServer[] = []

const serve = async (options: Partial<ServeOptions> = {}): Promise<HttpServer> => {
  const server = await serveHttp({
    port: 0,
    metrics: newMetrics(),
    health: () => WELL,
    status: () => ({ eventsPerSecond: 2000, note: '<b>&' }),
    ...options,
  })
  servers.push(server)
  return server
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

/** As somebody asks whose name for this machine is another one. */
const askedAs = (host: string, url: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const asking = request(url, { headers: { host } }, ({ statusCode }) => resolve(statusCode))
    asking.on('error', reject).end()
  })

describe('the server', () => {
  test('gives metrics as Prometheus scrapes them', async () => {
    const metrics = newMetrics()
    const { url } = await serve({ metrics })
    metrics.took('orders', 5)
    const response = await fetch(`${url}/metrics`)
    const text = await response.text()
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(text).toContain('millrace_records_taken_total{topic="orders"} 5\n')
    expect(breachesIn(familiesIn(text))).toEqual([])
  })

  test.each([
    ['all is well', WELL, 200, 200],
    ['it catches up', { live: true, ready: false, reasons: ['Catching up.'] }, 200, 503],
    ['it hangs', { live: false, ready: true, reasons: ['No commit for 60 s.'] }, 503, 503],
  ])('says by its codes that %s', async (_, health, live, ready) => {
    const { url } = await serve({ health: () => health })
    const [healthz, readyz] = [await fetch(`${url}/healthz`), await fetch(`${url}/readyz`)]
    expect([healthz.status, readyz.status]).toEqual([live, ready])
    expect(await readyz.text()).toBe(`${health.reasons[0] ?? 'ok'}\n`)
  })

  test('gives its status as it is now, as JSON', async () => {
    let results = 1
    const { url } = await serve({ status: () => ({ results }) })
    expect(await (await fetch(`${url}/status`)).json()).toEqual({ results: 1 })
    results = 2
    expect(await (await fetch(`${url}/status?pretty`)).json()).toEqual({ results: 2 })
  })

  test('has a front for people, in text or as a page', async () => {
    const { url } = await serve()
    const text = await (await fetch(url)).text()
    expect(text).toContain('Millrace: running\n')
    expect(text).toContain('"eventsPerSecond": 2000')
    const page = await fetch(url, { headers: { accept: 'text/html,*/*' } })
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await page.text()).toContain('&lt;b&gt;&amp;')
  })

  test('says what there is where there is nothing', async () => {
    const { url } = await serve()
    const response = await fetch(`${url}/metric`)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('/status, /metrics')
  })

  test('answers GET and HEAD alone', async () => {
    const { url } = await serve()
    const head = await fetch(`${url}/healthz`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    const post = await fetch(`${url}/metrics`, { method: 'POST', body: 'x'.repeat(100_000) })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })

  test('answers to names of this machine alone', async () => {
    const { url } = await serve()
    const { port } = new URL(url)
    for (const name of [`localhost:${port}`, 'LOCALHOST', `127.0.0.1:${port}`, `[::1]:${port}`]) {
      expect(await askedAs(name, url)).toBe(200)
    }
    for (const name of [`evil.example:${port}`, 'localhost.evil.example', '127.0.0.1.evil']) {
      expect(await askedAs(name, url)).toBe(403)
    }
  })

  test('answers to any name where it was told to listen to others', async () => {
    const { url } = await serve({ host: '0.0.0.0' })
    expect(await askedAs('shop.example', url)).toBe(200)
  })

  test('says in a sentence what failed, without where', async () => {
    const { url } = await serve({
      status: () => {
        throw new Error('the log is closed')
      },
    })
    const response = await fetch(`${url}/status`)
    expect(response.status).toBe(500)
    expect(await response.text()).toBe('This could not be told: the log is closed\n')
  })
})

describe('listening', () => {
  test('on a port in use is refused by the name of the option', async () => {
    const { url } = await serve()
    const port = Number(new URL(url).port)
    await expect(serve({ port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${port} is in use by another program. Stop that one, or give another port with --port.`,
    })
  })

  test.each([
    ['a port that there is not', { port: 70_000 }],
    ['an address that is not of this machine', { host: '192.0.2.1' }],
  ])('on %s is refused', async (_, options) => {
    await expect(serve(options)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })

  test('ends with stop, also where a connection is kept open and nothing asked', async () => {
    const server = await serve()
    const { port, hostname } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    await new Promise(resolve => socket.once('connect', resolve))
    const ended = new Promise(resolve => socket.once('close', resolve))
    socket.on('error', () => {})
    await fetch(server.url)
    await server.stop()
    await ended
    await expect(fetch(server.url)).rejects.toThrow()
    await server.stop()
  })
})
