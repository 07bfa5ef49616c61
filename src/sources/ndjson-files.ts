/** Which files of a path are history, and of which topics. */
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { MillraceError } from '../engine/errors.ts'
import { topics as allTopics, topicNamed } from '../events.ts'
import { unreadable } from './input-bytes.ts'

export interface FilesWanted {
  /** Names of the topics to read; by default all but results, which are no input of most runs. */
  readonly topics?: readonly string[]
}

export interface TopicFile {
  readonly topic: string
  readonly path: string
}

const NDJSON_NAME = /^(.+)\.ndjson(\.gz)?$/

/** Sorted by topic. A file that is named itself is read, whatever its topic is. */
export const ndjsonFiles = async (
  path: string,
  wanted: FilesWanted,
): Promise<readonly TopicFile[]> => {
  const at = await stat(path).catch(error => {
    throw unreadable(path, error)
  })
  if (!at.isDirectory()) return [namedFile(path)]
  const files = await filesOf(path)
  if (files.length === 0) throw nothingIn(path)
  refuseTwice(files)
  return files.filter(file => isWanted(file.topic, wanted))
}

const namedFile = (path: string): TopicFile => {
  const topic = topicOf(basename(path))
  if (topic === null) throw new MillraceError('CONFIG_INVALID', `${path} ${NAMING}`)
  return knownFile({ path, topic })
}

const filesOf = async (folder: string): Promise<TopicFile[]> => {
  const names = await readdir(folder).catch(error => {
    throw unreadable(folder, error)
  })
  return names.sort().flatMap(name => {
    const topic = topicOf(name)
    return topic === null ? [] : [knownFile({ path: join(folder, name), topic })]
  })
}

const topicOf = (name: string): string | null => NDJSON_NAME.exec(name)?.[1] ?? null

const NAMING = 'is not named <topic>.ndjson or <topic>.ndjson.gz. Rename it after its topic.'

const knownFile = (file: TopicFile): TopicFile => {
  if (topicNamed(file.topic)) return file
  const known = allTopics.map(topic => topic.name).join(', ')
  throw new MillraceError(
    'CONFIG_INVALID',
    `${file.path} is named after a topic that is not known. Rename it or move it away; ` +
      `the topics are ${known}.`,
  )
}

const isWanted = (name: string, { topics }: FilesWanted): boolean =>
  topics ? topics.includes(name) : topicNamed(name)?.kind !== 'result'

const nothingIn = (folder: string): MillraceError =>
  new MillraceError(
    'INPUT_MISSING',
    `${folder} holds no <topic>.ndjson or <topic>.ndjson.gz. Check the path.`,
  )

const refuseTwice = (files: readonly TopicFile[]): void => {
  for (const [index, file] of files.entries()) {
    const before = files[index - 1]
    if (before?.topic !== file.topic) continue
    throw new MillraceError(
      'CONFIG_INVALID',
      `${before.path} and ${file.path} are of the same topic. Move one of them away.`,
    )
  }
}
