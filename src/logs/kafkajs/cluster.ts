/**
 * A connection to the cluster below kafkajs' own consumer. That consumer tells of a rebalance when
 * it is too late to commit, resets positions that are gone without a word, and sends heartbeats
 * only between batches; so groups and reading are done here, with its requests.
 *
 * kafkajs hands a `Cluster` to assigners, as part of its public interface; the consumer that owns it
 * is never run. The requests of groups are not in its types: they are declared here as its version
 * 2.2.4, the last, has them.
 */
import type { Assigner, Broker, Cluster, Kafka } from 'kafkajs'

export interface JoinedMember {
  readonly memberId: string
  readonly memberMetadata: Buffer
}

export interface JoinedGroup {
  readonly generationId: number
  readonly leaderId: string
  readonly memberId: string
  /** Filled for the leader alone. */
  readonly members: readonly JoinedMember[]
}

export interface MemberIdentity {
  readonly groupId: string
  readonly memberId: string
}

/** What a group's coordinator answers to, beside what is in kafkajs' types. */
export interface Coordinator extends Broker {
  joinGroup(
    request: MemberIdentity & {
      readonly sessionTimeout: number
      readonly rebalanceTimeout: number
      readonly groupProtocols: readonly { readonly name: string; readonly metadata: Buffer }[]
    },
  ): Promise<JoinedGroup>
  syncGroup(
    request: MemberIdentity & {
      readonly generationId: number
      readonly groupAssignment: readonly {
        readonly memberId: string
        readonly memberAssignment: Buffer
      }[]
    },
  ): Promise<{ readonly memberAssignment: Buffer }>
  heartbeat(request: MemberIdentity & { readonly groupGenerationId: number }): Promise<unknown>
  leaveGroup(request: MemberIdentity): Promise<unknown>
}

export interface OpenCluster {
  readonly cluster: Cluster
  close(): Promise<void>
}

const NO_ASSIGNER: Assigner = {
  name: 'none',
  version: 0,
  assign: async () => [],
  protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
}

/** Reads committed records only. Requests on one connection wait for each other at the broker. */
export const openCluster = async (kafka: Kafka): Promise<OpenCluster> => {
  let cluster: Cluster | null = null
  const owner = kafka.consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      config => {
        cluster = config.cluster
        return NO_ASSIGNER
      },
    ],
  })
  await owner.connect()
  return { cluster: cluster!, close: () => owner.disconnect() }
}

export const coordinatorOf = async (cluster: Cluster, groupId: string): Promise<Coordinator> =>
  (await cluster.findGroupCoordinator({ groupId })) as Coordinator

/** The broker that leads a partition, or null while there is none. */
export const leaderOf = (cluster: Cluster, topic: string, partition: number): string | null => {
  const [leader] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]))
  return leader === undefined || leader === '-1' ? null : leader
}
