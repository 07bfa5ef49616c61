/**
 * What this program needs of a schema registry, asked through its own client. The suite runs against
 * a server inside the test, and against whatever registry `SCHEMA_REGISTRY_URL` names: both must pass.
 * Subjects are fresh for each test; ids are the registry's own.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AvroSchema } from '../../engine/form.ts'
import { deadLetters, topics } from '../../events.ts'
import { registeredForm } from './registered-form.ts'
import { RegistryCaller } from './registry-caller.ts'
import { RegistryClient } from './registry-client.ts'
import type { RegistryConnection } from './registry-connection.ts'

export interface TestedRegistry {
  readonly connection: RegistryConnection
  close(): Promise<void>
}

/** A record with these fields, under a name that no other test has. */
const recordOf = (name: string, ...fields: object[]): AvroSchema => ({
  type: 'record',
  name,
  namespace: 'millrace',
  fields,
})

const ID = { name: 'eventId', type: 'string' }
const NOTE = { name: 'note', type: ['null', 'string'], default: null }

export const registryConformance = (name: string, open: () => Promise<TestedRegistry>): void => {
  describe(`${name} keeps the promises of a schema registry`, () => {
    let registry: TestedRegistry
    let client: RegistryClient
    beforeAll(async () => {
      registry = await open()
      client = new RegistryClient(registry.connection)
    })
    afterAll(async () => {
      client?.close()
      await registry?.close()
    })

    const fresh = () => {
      const record = `R${randomUUID().replaceAll('-', '')}`
      return { subject: `${record}-value`, first: recordOf(record, ID), record }
    }
    const configure = async (subject: string, compatibility: string): Promise<void> => {
      const caller = new RegistryCaller(registry.connection)
      await caller.call('PUT', `/config/${subject}`, { compatibility })
      caller.close()
    }

    test('a schema is registered once, and found by what it is and by its id', async () => {
      const { subject, first } = fresh()
      expect(await client.lookup(subject, first)).toBe(null)
      const id = await client.register(subject, first)
      expect(await client.register(subject, first)).toBe(id)
      expect(await client.lookup(subject, first)).toMatchObject({ version: 1, id })
      const other = new RegistryClient(registry.connection)
      expect(await other.schemaOf(id)).toEqual({ schema: first })
      other.close()
    })

    test('what nobody registered is not there, and that is no failure', async () => {
      const { subject, first } = fresh()
      expect(await client.versions(subject)).toEqual([])
      expect(await client.version(subject, 'latest')).toBe(null)
      expect(await client.compatibility(subject, first)).toEqual({
        isCompatible: true,
        messages: [],
      })
      for (const id of [2_000_000_000, 2 ** 31, 2 ** 32 - 1]) {
        expect(await client.schemaOf(id)).toEqual({ unusable: expect.any(String) })
      }
    })

    test('a second schema of a subject is its second version', async () => {
      const { subject, first, record } = fresh()
      const second = recordOf(record, ID, NOTE)
      await client.register(subject, first)
      const id = await client.register(subject, second)
      expect(await client.versions(subject)).toEqual([1, 2])
      expect(await client.version(subject, 'latest')).toMatchObject({ version: 2, id })
      expect(await client.version(subject, 1)).toMatchObject({ found: { schema: first } })
      expect(await client.lookup(subject, first)).toMatchObject({ version: 1 })
    })

    test('a field that old records lack is refused without a default, by name of the subject', async () => {
      const { subject, first, record } = fresh()
      await client.register(subject, first)
      await configure(subject, 'BACKWARD')
      const broken = recordOf(record, ID, { name: 'totalMinor', type: 'long' })
      expect(await client.mode(subject)).toBe('BACKWARD')
      expect(await client.compatibility(subject, recordOf(record, ID, NOTE))).toMatchObject({
        isCompatible: true,
      })
      expect(await client.compatibility(subject, broken)).toMatchObject({ isCompatible: false })
      const refusal = client.register(subject, broken)
      await expect(refusal).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' })
      await expect(refusal).rejects.toThrow(subject)
      await expect(refusal).rejects.toThrow('BACKWARD')
      await configure(subject, 'NONE')
      expect(await client.register(subject, broken)).toBeGreaterThan(0)
    })

    test('what is no schema is refused', async () => {
      const nonsense = client.register(fresh().subject, { type: 'nonsense' })
      await expect(nonsense).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' })
    })

    test.each(topics)('the schema of $name comes back as it was registered', async topic => {
      const subject = `${randomUUID()}-value`
      const id = await client.register(subject, registeredForm(topic))
      const other = new RegistryClient(registry.connection)
      expect(await other.schemaOf(id)).toEqual({ schema: registeredForm(topic) })
      expect(await other.lookup(subject, registeredForm(topic))).toMatchObject({ version: 1, id })
      other.close()
    })

    test('one schema has one id in all subjects', async () => {
      const [one, two] = [fresh().subject, fresh().subject]
      const id = await client.register(one, registeredForm(deadLetters))
      expect(await client.register(two, registeredForm(deadLetters))).toBe(id)
    })
  })
}
