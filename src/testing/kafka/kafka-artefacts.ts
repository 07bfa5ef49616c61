/**
 * Apache Kafka as it comes from Maven Central, kept in `.cache/kafka/` of the project: for tests and
 * for development, where no cluster is at hand. `get-kafka.ts` puts it there.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const KAFKA_VERSION = '4.1.1'
const JAVA_MIN = 17

export const KAFKA_CACHE = fileURLToPath(new URL('../../../.cache/kafka/', import.meta.url))
export const INSTALLED = join(KAFKA_CACHE, KAFKA_VERSION)

/** What `java -cp` takes. */
export const KAFKA_CLASS_PATH = join(INSTALLED, 'libs', '*')

/**
 * The first record batch of a new cluster's metadata: which features it has, and nothing of whose
 * cluster it is. Kept from one formatting, as formatting each node costs a JVM of its own.
 */
export const BOOTSTRAP_CHECKPOINT = join(INSTALLED, 'bootstrap.checkpoint')

/** The classes of a broker as Java keeps them in memory: with it, a start takes half the work. */
export const CLASS_ARCHIVE = join(INSTALLED, 'classes.jsa')

export const OTHERWISE = 'or set KAFKA_BROKERS to a cluster that runs'

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
