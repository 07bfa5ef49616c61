import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { existingDataDirectory, openDataDirectory } from './data-directory.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-data-'))
  path = join(folder, 'data')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const withIdentity = async (text: string): Promise<void> => {
  await mkdir(path)
  await writeFile(join(path, 'millrace.json'), text)
}

describe('a data directory', () => {
  test('is made with all its folders, and is the same when it is opened again', async () => {
    const made = await openDataDirectory(path, 'demo')
    expect((await readdir(path)).sort()).toEqual([
      'clickhouse',
      'log',
      'millrace.json',
      'snapshots',
    ])
    expect(made).toMatchObject({ application: 'demo', log: join(path, 'log') })
    await writeFile(join(made.log, 'kept'), 'kept')
    expect(await openDataDirectory(path, 'demo')).toEqual(made)
    expect(await existingDataDirectory(path)).toEqual(made)
    expect(await readFile(join(made.log, 'kept'), 'utf8')).toBe('kept')
  })

  test('may hold what other commands keep there', async () => {
    await mkdir(join(path, 'runs'), { recursive: true })
    await mkdir(join(path, 'sample'))
    await openDataDirectory(path, 'demo')
    expect(await readdir(path)).toEqual(expect.arrayContaining(['runs', 'sample', 'log']))
  })

  test('is made whole where making it was cut off before', async () => {
    await mkdir(path)
    await writeFile(join(path, 'millrace.json.new'), '{"for')
    expect(await openDataDirectory(path, 'demo')).toMatchObject({ application: 'demo' })
    await rm(join(path, 'snapshots'), { recursive: true })
    await openDataDirectory(path, 'demo')
    expect(await readdir(path)).toContain('snapshots')
  })

  test('keeps what a later Millrace of the same format has added to its file', async () => {
    await withIdentity('{"format": 1, "application": "demo", "colour": "blue"}')
    await openDataDirectory(path, 'demo')
    expect(await readFile(join(path, 'millrace.json'), 'utf8')).toContain('blue')
  })
})

describe('a data directory is refused', () => {
  test.each(['log', 'clickhouse'])('where an older version left %s in it', async name => {
    await mkdir(join(path, name), { recursive: true })
    const refusal = { code: 'DATA_VERSION', message: expect.stringContaining('Move it away') }
    await expect(openDataDirectory(path, 'demo')).rejects.toMatchObject(refusal)
    await expect(existingDataDirectory(path)).rejects.toMatchObject(refusal)
    expect(await readdir(path)).toEqual([name])
  })

  test('where it is a bare log', async () => {
    await mkdir(path)
    await writeFile(join(path, 'data.mdb'), '')
    await expect(openDataDirectory(path, 'demo')).rejects.toMatchObject({ code: 'DATA_VERSION' })
  })

  test('where a newer version made it', async () => {
    await withIdentity('{"format": 2, "application": "demo"}')
    await expect(openDataDirectory(path, 'demo')).rejects.toMatchObject({
      code: 'DATA_VERSION',
      message: expect.stringContaining('newer Millrace (format 2; this one knows 1)'),
    })
  })

  test('where it belongs to another application', async () => {
    await openDataDirectory(path, 'shop')
    await expect(openDataDirectory(path, 'demo')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('holds the data of shop, not of demo'),
    })
  })

  test.each(['', '{"format": 1', '[]', 'null', '{"format": "1"}', '{"format": 1}'])(
    'where its file says %j',
    async text => {
      await withIdentity(text)
      await expect(openDataDirectory(path, 'demo')).rejects.toMatchObject({
        code: 'INPUT_UNREADABLE',
      })
    },
  )

  test('where it cannot be made', async () => {
    await writeFile(path, 'a file')
    const below = join(path, 'below')
    await expect(openDataDirectory(below, 'demo')).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining(`${path} is a file`),
    })
    await expect(openDataDirectory('/proc/data', 'demo')).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    })
  })

  test('where there must be one and is none', async () => {
    await expect(existingDataDirectory(path)).rejects.toMatchObject({
      code: 'INPUT_MISSING',
      message: expect.stringContaining('npx millrace demo'),
    })
  })
})
