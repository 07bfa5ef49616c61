/**
 * Records written with schemas of a registry, read by the program as it is: older ones, newer ones,
 * and those that nobody can read. Against a server inside this test; see registry-client.test.ts.
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { avroEncoder } from '../../engine/schema/avro-codec.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { useFrameIds } from '../../engine/schema/frame-ids.ts'
import type { AnyTopic, FieldSchema } from '../../engine/topic.ts'
import { deadLetters, orders, products } from '../../events.ts'
import { RegistryServer } from './conformance/registry-server.ts'
import { keptSchemasAt } from './kept-schemas.ts'
import { registeredForm, subjectOf } from './registered-form.ts'
import { RegistryClient } from './registry-client.ts'
import { registryAt } from './registry-connection.ts'
import { SchemaSource, type SchemaSourceOptions } from './schema-source.ts'

let server: RegistryServer
let client: RegistryClient

beforeEach(async () => {
  server = await RegistryServer.start()
  client = new RegistryClient(registryAt(server.url, { attemptsMax: 2, firstPauseMs: 1 }))
})

afterEach(async () => {
  useFrameIds(new Map())
  client.close()
  await server.close()
})

const open = (options: Partial<SchemaSourceOptions> = {}): Promise<SchemaSource> =>
  SchemaSource.open({ client, written: [], read: [], wallNow: () => 0, ...options })

const order = {
  eventId: 'e1',
  occurredAt: 1000,
  orderId: 'o1',
  type: 'PLACED',
  currency: 'EUR',
  totalMinor: 500,
}

const whole = (record: object = order): object =>
  codecsOf<object>(orders as AnyTopic).decodeJson(Buffer.from(JSON.stringify(record)))

/** The topic as another program has it. */
const variant = (change: (field: FieldSchema) => readonly FieldSchema[]): AnyTopic => ({
  ...orders,
  schema: { ...orders.schema, id: 0, fields: orders.schema.fields.flatMap(change) },
})

const batchOf = (...values: Buffer[]) => ({ records: values.map(value => ({ value })) })

/** What a producer does: registers its schema under the subject of the topic, and writes with its id. */
const produced = async (writer: AnyTopic, record: object): Promise<Buffer> => {
  const another = new RegistryClient(registryAt(server.url))
  const id = await another.register(subjectOf(writer), registeredForm(writer))
  another.close()
  return avroEncoder<object>(writer, id)(record)
}

const OLDER = variant(field => (field.name === 'userId' ? [] : [field]))
const NEWER = variant(field => {
  if (field.name !== 'type') return [field]
  const type = field.type as unknown as { readonly symbols: readonly string[] }
  const more = { ...type, type: 'enum', symbols: [...type.symbols, 'SPLIT'] }
  return [
    { ...field, type: more },
    { name: 'giftNote', type: ['null', 'string'], default: null },
  ]
})
const UNLIKE = variant(field =>
  field.name === 'totalMinor' ? [{ name: 'totalMinor', type: 'string' }] : [field],
)

describe('records of another schema than ours', () => {
  const read = async (value: Buffer, source: SchemaSource): Promise<object> => {
    await source.learn([batchOf(value)])
    return codecsOf<object>(orders as AnyTopic, source.writers).decodeAvro(value)
  }

  test('an older one has defaults where it has no field', async () => {
    const value = await produced(OLDER, whole({ ...order, userId: undefined }))
    expect(await read(value, await open())).toEqual(whole())
  })

  test('a newer one is read without what is new, and a new kind is UNKNOWN', async () => {
    const newer = { ...whole(), type: 'SPLIT', giftNote: 'for you' }
    const value = await produced(NEWER, newer)
    expect(await read(value, await open())).toEqual({ ...whole(), type: 'UNKNOWN' })
  })

  test('one that does not fit is refused, and the sentence names both and the field', async () => {
    const value = await produced(UNLIKE, { ...whole(), totalMinor: '500' })
    const refusal = read(value, await open())
    await expect(refusal).rejects.toMatchObject({ code: 'UNKNOWN_SCHEMA' })
    await expect(refusal).rejects.toThrow(/orders: records of schema 1 cannot be read as Order/)
  })

  test('one that no registry knows is refused, and asked for again after a while', async () => {
    const told: string[] = []
    const source = await open({
      askAgainMs: 0,
      onUnknown: (id, why) => told.push(`${id}: ${why}`),
    })
    const value = avroEncoder<object>(OLDER, 1)(whole())
    await expect(read(value, source)).rejects.toThrow(/orders: nobody knows schema 1;/)
    expect(await produced(OLDER, whole())).toEqual(value)
    expect(await read(value, source)).toEqual(whole())
    expect(told).toEqual(['1: the registry does not know it'])
  })

  test('one that is no Avro is refused', async () => {
    const told: string[] = []
    const source = await open({ onUnknown: (id, why) => told.push(`${id}: ${why}`) })
    const id = server.addOther('PROTOBUF', 'message Order {}')
    const value = avroEncoder<object>(OLDER, id)(whole())
    await expect(read(value, source)).rejects.toMatchObject({ code: 'UNKNOWN_SCHEMA' })
    expect(told).toEqual(['1: it is PROTOBUF, and not Avro'])
  })
})

describe('ids', () => {
  test('of what we write are those of the registry, and the files without one', async () => {
    await client.register('other-value', registeredForm(products))
    await open({ written: [orders, deadLetters] })
    const { encodeAvro, decodeAvro } = codecsOf<object>(orders as AnyTopic)
    const value = encodeAvro(whole())
    expect(value.readUInt32BE(1)).toBe(2)
    expect(decodeAvro(value)).toEqual(whole())
    expect(await client.lookup('orders-value', registeredForm(orders))).toMatchObject({ id: 2 })
    useFrameIds(new Map())
    expect(encodeAvro(whole()).readUInt32BE(1)).toBe(orders.schema.id)
  })

  test('of the files are still read, where the registry has them for other records', async () => {
    while ((await client.register(`fill-${made}`, filler())) < orders.schema.id - 1);
    expect(await client.register('products-value', registeredForm(products))).toBe(10)
    const value = codecsOf<object>(orders as AnyTopic).encodeAvro(whole())
    const source = await open({ written: [orders], read: [products] })
    await source.learn([batchOf(value)])
    const { decodeAvro, encodeAvro } = codecsOf<object>(orders as AnyTopic, source.writers)
    expect(decodeAvro(value)).toEqual(whole())
    expect(decodeAvro(encodeAvro(whole()))).toEqual(whole())
  })

  test('that are known cost no request, whatever becomes of the registry', async () => {
    const value = await produced(OLDER, whole())
    const source = await open({ written: [orders], read: [orders] })
    const asked = server.requests.length
    await server.close()
    await source.learn([batchOf(value, codecsOf<object>(orders as AnyTopic).encodeAvro(whole()))])
    expect(server.requests).toHaveLength(asked)
    const { decodeAvro } = codecsOf<object>(orders as AnyTopic, source.writers)
    expect(decodeAvro(value)).toEqual(whole())
  })

  test('that are met while the registry is away are asked for again, and never held for unknown', async () => {
    const source = await open()
    const value = await produced(NEWER, { ...whole(), giftNote: null })
    server.faults.push(503, 'cut')
    const learning = source.learn([batchOf(value)])
    await expect(learning).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
    await source.learn([batchOf(value)])
    const { decodeAvro } = codecsOf<object>(orders as AnyTopic, source.writers)
    expect(decodeAvro(value)).toEqual(whole())
  })

  test('from under any subject are known after a restart, also from a file that was cut off', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'millrace-schemas-'))
    const path = join(directory, 'schemas.ndjson')
    const value = await produced(OLDER, whole())
    await (await open({ file: keptSchemasAt(path) })).learn([batchOf(value)])
    appendFileSync(path, '{"id":2,"sch')
    const newer = await produced(NEWER, { ...whole(), giftNote: null })
    await (await open({ file: keptSchemasAt(path) })).learn([batchOf(newer)])
    const { writers } = await open({ file: keptSchemasAt(path) })
    rmSync(directory, { recursive: true })
    const { decodeAvro } = codecsOf<object>(orders as AnyTopic, writers)
    expect([decodeAvro(value), decodeAvro(newer)]).toEqual([whole(), whole()])
  })

  test('are asked for once in a batch, and in nothing but frames', async () => {
    const source = await open()
    const value = await produced(OLDER, whole())
    const asked = server.requests.length
    const others = [Buffer.from('{}'), Buffer.alloc(0), Buffer.from([0, 0, 0, 9]), null]
    const records = [value, value, ...others, value].map(one => ({ value: one }))
    await source.learn([{ records }, { records }])
    expect(server.requests.slice(asked)).toEqual(['GET /schemas/ids/1'])
    await source.learnIds([1, 1])
    expect(server.requests).toHaveLength(asked + 1)
  })

  let made = 0
  const filler = () => ({ type: 'enum', name: `Filler${++made}`, symbols: ['A'] })
})

test('a registry that does not take a schema of ours stops the start', async () => {
  await client.register('orders-value', registeredForm(UNLIKE))
  const start = open({ written: [orders] })
  await expect(start).rejects.toMatchObject({ code: 'REGISTRY_REFUSED', instruction: 'stop' })
  await expect(start).rejects.toThrow(/orders-value: .*incompatible.*BACKWARD/)
})
