/**
 * A Kafka broker for development: `npm run kafka -- start|stop|status|get [--nodes 1|3] [--port 19092]`.
 *
 * `status` is of all ports where none is given. What a Kafka keeps is in `.cache/kafka/run/<port>`, and
 * is there again at the next start.
 */
import { getKafka } from '../src/testing/kafka/get-kafka.ts'
import { KAFKA_VERSION } from '../src/testing/kafka/kafka-artefacts.ts'
import { type KafkaArguments, kafkaArgumentsOf } from './kafka/kafka-arguments.ts'
import { StayingKafka, statusOfAll } from './kafka/staying-kafka.ts'

const PORT = 19_092

const run = async ({ verb, port, nodes }: KafkaArguments): Promise<string> => {
  const kafka = new StayingKafka(port ?? PORT)
  switch (verb) {
    case 'get':
      await getKafka()
      return `Kafka ${KAFKA_VERSION} is in .cache/kafka.`
    case 'start':
      await getKafka()
      return kafka.start(nodes)
    case 'stop':
      return kafka.stop()
    case 'status':
      return port === null ? statusOfAll() : kafka.status()
  }
}

try {
  console.log(await run(kafkaArgumentsOf(process.argv.slice(2))))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
