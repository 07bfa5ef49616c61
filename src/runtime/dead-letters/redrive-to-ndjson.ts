import { open, readFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { makeDirectory } from '../../sources/make-directory.ts'
import type { RedrivenRecord, RedriveTarget } from './redrive.ts'

/** Beside the files: a line with the id of each record that was put back into them. */
const MEMORY = 'redriven-dead-letters.txt'

/**
 * Records are added to `<topic>.ndjson` in a folder, or to the one file that is named. Were this cut
 * off before it is remembered, a record would be there twice, and its `eventId` tells.
 */
export const redriveToNdjson = async (path: string): Promise<RedriveTarget> => {
  const folder = path.endsWith('.ndjson') ? dirname(path) : path
  const memory = join(folder, MEMORY)
  return {
    redriven: await remembered(memory),
    async write(records) {
      for (const { topic } of records) checkName(path, topic.name)
      await makeDirectory(resolve(folder))
      for (const name of new Set(records.map(({ topic }) => topic.name))) {
        const lines = records.filter(({ topic }) => topic.name === name).map(lineOf)
        await append(join(folder, `${name}.ndjson`), lines)
      }
      await append(
        memory,
        records.map(({ id }) => id),
      )
    },
    close: async () => {},
  }
}

const remembered = async (memory: string): Promise<ReadonlySet<string>> => {
  const text = await readFile(memory, 'utf8').catch(() => '')
  return new Set(text.split('\n').filter(id => id !== ''))
}

/** A file holds one topic and is named after it. */
const checkName = (path: string, topic: string): void => {
  if (!path.endsWith('.ndjson') || basename(path) === `${topic}.ndjson`) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `a record of ${topic} cannot go into ${path}: a file holds one topic. Give its folder instead.`,
  )
}

const lineOf = ({ topic, event }: RedrivenRecord): string => codecsOf(topic).encodeJson(event)

/** On lines of their own, also where the last line of the file lacks its end. */
const append = async (path: string, lines: readonly string[]): Promise<void> => {
  const file = await open(path, 'a+')
  try {
    const { size } = await file.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await file.read(last, 0, 1, size - 1)
    const start = size > 0 && last[0] !== 10 ? '\n' : ''
    await file.appendFile(`${start}${lines.join('\n')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}
