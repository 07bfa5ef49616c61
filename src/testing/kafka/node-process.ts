/** One node of Kafka as a process, that dies with this one or stays behind it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { BOOTSTRAP_CHECKPOINT, CLASS_ARCHIVE, KAFKA_CLASS_PATH } from './kafka-artefacts.ts'
import { type KafkaNode, serverProperties } from './server-properties.ts'

/** Makes the directory of a node, unless it is there, and writes its properties anew. */
export const prepareNode = async (
  node: KafkaNode,
  nodes: readonly KafkaNode[],
  clusterId: string,
): Promise<void> => {
  await mkdir(node.logDirectory, { recursive: true })
  await writeFile(propertiesOf(node), serverProperties(node, nodes))
  const identity = join(node.logDirectory, 'meta.properties')
  if (existsSync(identity)) return
  if (node.users.length > 0) return format(node, clusterId)
  await copyFile(BOOTSTRAP_CHECKPOINT, join(node.logDirectory, 'bootstrap.checkpoint'))
  // As StorageTool writes it.
  const directoryId = newKafkaId()
  await writeFile(
    identity,
    `version=1\ncluster.id=${clusterId}\nnode.id=${node.id}\ndirectory.id=${directoryId}\n`,
  )
}

/** With a JVM of its own, some two seconds: users have to be in the metadata before the first start. */
const format = async (node: KafkaNode, clusterId: string): Promise<void> => {
  const users = node.users.flatMap(({ mechanism, name, password }) => [
    '--add-scram',
    `${mechanism}=[name=${name},password=${password}]`,
  ])
  const tool = [...sharedClasses(), '-XX:TieredStopAtLevel=1', '-cp', KAFKA_CLASS_PATH]
  const words = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', propertiesOf(node)]
  await promisify(execFile)('java', [...tool, ...words, ...users])
}

/** A UUID as Kafka writes it: 16 bytes in base64url. */
export const newKafkaId = (): string => {
  const id = randomBytes(16).toString('base64url')
  // Kafka's tools take a leading dash for an option, and so do not give out such ids.
  return id.startsWith('-') ? newKafkaId() : id
}

export const propertiesOf = (node: KafkaNode): string => join(node.directory, 'server.properties')
const outputOf = (node: KafkaNode): string => join(node.directory, 'server.log')

/** What it printed since it was last started; the end of it. */
export const lastOutput = async (node: KafkaNode): Promise<string> =>
  (await readFile(outputOf(node), 'utf8')).slice(-2000)

/**
 * Ends Java when the pipe at 3 closes, as it does when the process that holds its other end is
 * gone, however it went. `exec` makes Java the very process that was spawned.
 */
const WITH_PARENT = '(read _ <&3; kill -9 $$ 2>&-) & exec "$@" 3<&-'

/** `staying` outlives this process. The other is killed when this one ends. */
export const spawnNode = async (
  node: KafkaNode,
  staying: boolean,
  options: readonly string[] = sharedClasses(),
): Promise<ChildProcess> => {
  const output = await open(outputOf(node), 'w')
  const argv = [...options, ...node.javaOptions, ...javaArguments(node)]
  try {
    return staying ? spawnStaying(argv, output.fd) : spawnWithParent(argv, output.fd)
  } finally {
    await output.close()
  }
}

/** Java goes on without where the archive is of another Java, or Kafka lay elsewhere then. */
const sharedClasses = (): string[] =>
  existsSync(CLASS_ARCHIVE) ? [`-XX:SharedArchiveFile=${CLASS_ARCHIVE}`] : []

const spawnStaying = (argv: string[], output: number): ChildProcess => {
  const child = spawn('java', argv, {
    detached: true,
    stdio: ['ignore', output, output],
  })
  child.unref()
  return child
}

const spawnWithParent = (argv: string[], output: number): ChildProcess => {
  const child = spawn('sh', ['-c', WITH_PARENT, 'kafka', 'java', ...argv], {
    stdio: ['ignore', output, output, 'pipe'],
  })
  const pipe = child.stdio[3]!
  // Nothing is ever written, so all an error can say is that the other end has gone.
  pipe.on('error', () => {})
  child.once('exit', () => pipe.destroy())
  return child
}

/** The quick compiler alone: a broker of a test has ended before the other has paid off. */
const javaArguments = (node: KafkaNode): string[] => [
  '-Xms128m',
  '-Xmx384m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-cp',
  KAFKA_CLASS_PATH,
  'kafka.Kafka',
  propertiesOf(node),
]
