/** The nodes of a cluster on one machine, and what each is started with. */
import { join } from 'node:path'

export const KAFKA_HOST = '127.0.0.1'

export interface KafkaNode {
  /** From 1. */
  readonly id: number
  readonly port: number
  readonly controllerPort: number
  /** Holds server.properties, server.log and the log directory. */
  readonly directory: string
  readonly logDirectory: string
  /** Beside the plain one. */
  readonly listeners: readonly KafkaListener[]
  /** Come last, so they win over the others. */
  readonly settings: KafkaSettings
  /** Of SCRAM; they are in the cluster's metadata from its beginning. */
  readonly users: readonly ScramUser[]
  readonly javaOptions: readonly string[]
}

export interface ScramUser {
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  readonly name: string
  readonly password: string
}

export interface KafkaListener {
  /** In capitals, as Kafka writes it. */
  readonly name: string
  readonly protocol: 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
  readonly port: number
}

/** Lines of `server.properties`. */
export type KafkaSettings = Readonly<Record<string, string | number | boolean>>

/** One node for each port, in `directory/node-1` and on. */
export const nodesIn = (
  directory: string,
  ports: readonly number[],
  controllerPorts: readonly number[],
): KafkaNode[] =>
  ports.map((port, index) => {
    const own = join(directory, `node-${index + 1}`)
    const controllerPort = controllerPorts[index]!
    return {
      id: index + 1,
      port,
      controllerPort,
      directory: own,
      logDirectory: join(own, 'log'),
      listeners: [],
      settings: {},
      users: [],
      javaOptions: [],
    }
  })

export const brokerOf = (node: KafkaNode): string => `${KAFKA_HOST}:${node.port}`

/**
 * Every node is broker and controller. Small, and quick to notice what tests do to it: a node that
 * was killed is given up, and may come again, after `broker.session.timeout.ms`.
 */
export const serverProperties = (node: KafkaNode, nodes: readonly KafkaNode[]): string => {
  const settings = {
    ...identityOf(node, nodes),
    ...replicationOf(nodes.length),
    ...SETTINGS,
    ...node.settings,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  return lines.join('')
}

const identityOf = (node: KafkaNode, nodes: readonly KafkaNode[]) => ({
  'process.roles': 'broker,controller',
  'node.id': node.id,
  'controller.quorum.voters': nodes
    .map(({ id, controllerPort }) => `${id}@${KAFKA_HOST}:${controllerPort}`)
    .join(','),
  listeners: [...addressesOf(node), `CONTROLLER://${KAFKA_HOST}:${node.controllerPort}`].join(','),
  'advertised.listeners': addressesOf(node).join(','),
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': [
    'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    ...node.listeners.map(({ name, protocol }) => `${name}:${protocol}`),
  ].join(','),
  'inter.broker.listener.name': 'PLAINTEXT',
  'log.dirs': node.logDirectory,
})

const addressesOf = (node: KafkaNode): string[] => [
  `PLAINTEXT://${brokerOf(node)}`,
  ...node.listeners.map(({ name, port }) => `${name}://${KAFKA_HOST}:${port}`),
]

/** With three nodes, one may be away and everything goes on. */
const replicationOf = (nodes: number) => {
  const [replicas, least] = nodes >= 3 ? [3, 2] : [1, 1]
  return {
    'default.replication.factor': replicas,
    'min.insync.replicas': least,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': least,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': least,
  }
}

const SETTINGS = {
  // What is not there is an error in a test, as on most clusters in production.
  'auto.create.topics.enable': false,
  'delete.topic.enable': true,
  'broker.heartbeat.interval.ms': 500,
  'broker.session.timeout.ms': 3000,
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1000,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1000,
  // Compaction and retention are seen to every few seconds, not every few minutes.
  'log.initial.task.delay.ms': 1000,
  'log.cleaner.backoff.ms': 1000,
  'log.retention.check.interval.ms': 5000,
  // Small in memory and on disk.
  'num.network.threads': 2,
  'num.io.threads': 2,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.num.partitions': 4,
  'log.cleaner.dedupe.buffer.size': 8_388_608,
  'log.segment.bytes': 67_108_864,
  'log.index.size.max.bytes': 1_048_576,
}
