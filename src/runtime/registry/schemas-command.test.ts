/** `millrace schemas` against a registry; see src/logs/registry/registry-client.test.ts for real ones. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { topics } from '../../events.ts'
import { RegistryServer } from '../../logs/registry/conformance/registry-server.ts'
import { RegistryClient } from '../../logs/registry/registry-client.ts'
import { registryAt } from '../../logs/registry/registry-connection.ts'
import { runCommandLine } from '../command-line/run-command-line.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { schemasCommand } from '../commands/schemas.ts'

const USER = { name: 'mill', password: 'secret' }
const ENV = { SCHEMA_REGISTRY_USER: USER.name, SCHEMA_REGISTRY_PASSWORD: USER.password }

let server: RegistryServer
beforeEach(async () => {
  server = await RegistryServer.start({ user: USER })
})
afterEach(() => server.close())

const ran = async (words: string, env: Terminal['env'] = ENV) => {
  let [printed, told] = ['', '']
  const terminal: Terminal = {
    print: text => {
      printed += `${text}\n`
    },
    write: async () => true,
    readInput: async () => '',
    width: null,
    tell: text => {
      told += text
    },
    isWatched: false,
    wallNow: () => 0,
    env,
    onInterrupt: () => () => {},
  }
  const argv = ['schemas', ...words.split(' ')]
  const code = await runCommandLine(argv, [schemasCommand], '0', terminal)
  return { code, printed, told }
}

/** Another program has registered what ours cannot follow. */
const spoil = async (subject: string): Promise<void> => {
  const client = new RegistryClient(
    registryAt(server.url, { username: USER.name, password: USER.password }),
  )
  const fields = [{ name: 'orderId', type: 'long' }]
  await client.register(subject, { type: 'record', name: 'Order', namespace: 'millrace', fields })
  client.close()
}

test('register gives every topic its subject, and does nothing the second time', async () => {
  const first = await ran(`register --registry ${server.url}`)
  expect(first).toMatchObject({ code: 0, told: '' })
  expect(first.printed.trimEnd().split('\n')).toHaveLength(1 + topics.length)
  expect(first.printed).toMatch(/^orders-value +1 +\d+ +registered$/m)
  const { printed } = await ran(`register --registry ${server.url} --json`)
  const { registered } = JSON.parse(printed)
  expect(registered).toContainEqual(
    expect.objectContaining({ topic: 'orders', subject: 'orders-value', version: 1, isNew: false }),
  )
})

test('check says of every subject what would become of it', async () => {
  expect((await ran(`check --registry ${server.url}`)).printed).toMatch(
    /^orders-value +- +- +BACKWARD +new$/m,
  )
  await ran(`register --registry ${server.url}`)
  const after = await ran(`check --registry ${server.url}`)
  expect(after).toMatchObject({ code: 0, told: '' })
  expect(after.printed).toMatch(/^orders-value +1 +\d+ +BACKWARD +registered$/m)
})

test('an incompatible schema fails both, with its subject and the reason', async () => {
  await spoil('orders-value')
  const checked = await ran(`check --registry ${server.url}`)
  expect(checked.code).toBe(1)
  expect(checked.told).toMatch(/not compatible with what is registered: orders-value/)
  expect(checked.printed).toMatch(/^orders-value +1 +1 +BACKWARD +incompatible$/m)
  expect(checked.printed).toMatch(/^orders-value: .*Order.eventId/m)
  const registered = await ran(`register --registry ${server.url} --json`)
  expect(registered.code).toBe(1)
  expect(registered.told).toMatch(/orders-value: .*incompatible.*\(BACKWARD\)/)
  const named = JSON.parse(registered.printed).registered.map((one: { topic: string }) => one.topic)
  expect(named).toEqual(topics.map(({ name }) => name).slice(0, named.length))
  expect(named).not.toContain('orders')
})

test('the registry of a configuration is used', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-schemas-'))
  const file = join(directory, 'millrace.yaml')
  const lines = [
    'application: shop',
    'log: { brokers: [h:9092] }',
    'schemaRegistry:',
    `  url: ${server.url}`,
    '  username: mill',
    `  password: \${PASSWORD}`,
  ]
  writeFileSync(file, lines.join('\n'))
  const done = await ran(`register --config ${file}`, { PASSWORD: USER.password })
  rmSync(directory, { recursive: true })
  expect(done).toMatchObject({ code: 0, told: '' })
})

test('a user whom nobody knows and words that fit nowhere are told', async () => {
  const unknown = await ran(`check --registry ${server.url}`, {})
  expect(unknown).toMatchObject({ code: 1, told: expect.stringMatching(/user name and password/) })
  expect((await ran('register')).code).toBe(2)
  expect((await ran('check --registry a --config b')).told).toMatch(/say --registry or --config/)
  expect((await ran('register --registry http://h --folder x')).code).toBe(2)
  expect((await ran('check --registry nowhere')).told).toMatch(/no address of a schema registry/)
})
