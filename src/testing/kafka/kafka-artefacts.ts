/**
 * Apache Kafka as it comes from Maven Central, kept in `.cache/kafka/` of the project: for tests and
 * for development, where no cluster is at hand. 46 jars, 43 MB.
 */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { MillraceError } from '../../engine/errors.ts'
import { nodesIn, serverProperties } from './server-properties.ts'

export const KAFKA_VERSION = '4.1.1'
const SLF4J_VERSION = '1.7.36'
const JAVA_MIN = 17

export const KAFKA_CACHE = fileURLToPath(new URL('../../../.cache/kafka/', import.meta.url))
const INSTALLED = join(KAFKA_CACHE, KAFKA_VERSION)

/** What `java -cp` takes. */
export const KAFKA_CLASS_PATH = join(INSTALLED, 'libs', '*')

/**
 * The first record batch of a new cluster's metadata: which features it has, and nothing of whose
 * cluster it is. Kept from one formatting, as formatting each node costs a JVM of its own.
 */
export const BOOTSTRAP_CHECKPOINT = join(INSTALLED, 'bootstrap.checkpoint')

const OTHERWISE = 'or set KAFKA_BROKERS to a cluster that runs'

/** Why no broker can be started here, as a sentence that says what to do; null where one can. */
export const whyNoKafka = (): string | null => {
  const version = javaVersion()
  if (version === null || version < JAVA_MIN) {
    const found = version === null ? 'java is not there' : `java is ${version}`
    return `Kafka ${KAFKA_VERSION} needs Java ${JAVA_MIN} and ${found}: install a JRE and Maven (Debian: apt-get install openjdk-17-jre-headless maven), run \`npm run kafka -- get\`, ${OTHERWISE}.`
  }
  if (existsSync(INSTALLED)) return null
  return `Kafka ${KAFKA_VERSION} is not in .cache/kafka: run \`npm run kafka -- get\`, ${OTHERWISE}.`
}

const javaVersion = (): number | null => {
  const { stderr, status } = spawnSync('java', ['-version'], { encoding: 'utf8' })
  const version = status === 0 ? /version "(\d+)/.exec(stderr) : null
  return version === null ? null : Number(version[1])
}

/**
 * Fetches Kafka with Maven, unless it is there; some ten seconds.
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
