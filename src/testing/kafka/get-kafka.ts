/** Fetches Apache Kafka from Maven Central: 46 jars, 43 MB, and 50 MB made of them. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MillraceError } from '../../engine/errors.ts'
import { freePorts } from './free-ports.ts'
import {
  CLASS_ARCHIVE,
  INSTALLED,
  KAFKA_VERSION,
  OTHERWISE,
  whyNoKafka,
} from './kafka-artefacts.ts'
import { newKafkaId, prepareNode, spawnNode } from './node-process.ts'
import { brokerOf, nodesIn, serverProperties } from './server-properties.ts'
import { untilReady } from './until-ready.ts'

const SLF4J_VERSION = '1.7.36'

/**
 * Fetches Kafka with Maven, unless it is there; some fifteen seconds.
 * Fails with `LOG_UNAVAILABLE` where Java or Maven is missing or Maven Central is not reached.
 */
export const getKafka = async (): Promise<void> => {
  if (existsSync(INSTALLED)) return
  const part = `${INSTALLED}.${process.pid}.part`
  await mkdir(part, { recursive: true })
  try {
    await fetchLibraries(part)
    await makeBootstrapCheckpoint(part)
    // One step, so that what is there is whole. Where another was quicker, its copy stands.
    await rename(part, INSTALLED).catch(unlessInstalled)
    await makeClassArchive()
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

const unlessInstalled = (error: unknown): void => {
  if (!existsSync(INSTALLED)) throw error
}

const run = promisify(execFile)

const fetchLibraries = async (part: string): Promise<void> => {
  const project = join(part, 'pom.xml')
  await writeFile(project, PROJECT)
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime']
  try {
    await run('mvn', ['-q', '-B', '-f', project, ...goal, `-DoutputDirectory=${part}/libs`])
  } catch (cause) {
    throw new MillraceError('LOG_UNAVAILABLE', whyNoLibraries(cause), { cause })
  }
}

const whyNoLibraries = (cause: unknown): string =>
  (cause as { code?: unknown }).code === 'ENOENT'
    ? `Kafka is fetched with Maven, and mvn is not there: install it (Debian: apt-get install maven), ${OTHERWISE}.`
    : `Maven could not fetch Kafka ${KAFKA_VERSION} from Maven Central: check the network and the proxy or mirror in ~/.m2/settings.xml, ${OTHERWISE}.`

/** Without a version of the plugin in it, Maven takes the newest. */
const PROJECT = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>${KAFKA_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>${SLF4J_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`

const makeBootstrapCheckpoint = async (part: string): Promise<void> => {
  const [node] = nodesIn(join(part, 'formatted'), [19092], [19093])
  const properties = join(part, 'server.properties')
  await writeFile(properties, serverProperties(node!, [node!]))
  const tool = ['-cp', join(part, 'libs', '*'), 'kafka.tools.StorageTool']
  try {
    await run('java', [...tool, 'format', '-t', 'AAAAAAAAAAAAAAAAAAAAAQ', '-c', properties])
  } catch (cause) {
    const message = `Kafka ${KAFKA_VERSION} was fetched and does not run: ${whyNoKafka() ?? cause}`
    throw new MillraceError('LOG_UNAVAILABLE', message, { cause })
  }
  await rename(join(node!.logDirectory, 'bootstrap.checkpoint'), join(part, 'bootstrap.checkpoint'))
  await rm(join(part, 'formatted'), { recursive: true })
}

/** Runs a broker once: at its end Java writes down the classes that it had. */
const makeClassArchive = async (): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-get-kafka-'))
  const archive = `${CLASS_ARCHIVE}.${process.pid}.part`
  const [port, controllerPort] = await freePorts(2)
  const [node] = nodesIn(directory, [port!], [controllerPort!])
  await prepareNode(node!, [node!], newKafkaId())
  const child = await spawnNode(node!, false, [`-XX:ArchiveClassesAtExit=${archive}`])
  const exited = once(child, 'exit')
  // A broker that does not come up says why when it is started in earnest.
  const mayGoOn = async (): Promise<boolean> => child.exitCode === null
  await untilReady([brokerOf(node!)], 1, mayGoOn)
  child.kill('SIGTERM')
  await exited
  if (existsSync(archive)) await rename(archive, CLASS_ARCHIVE)
  await rm(directory, { recursive: true, force: true })
}
