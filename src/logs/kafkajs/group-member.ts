/**
 * A member of a consumer group. It joins, says by heartbeats that it lives, and takes part in each
 * *rebalance*:
 *
 *   join -> (the leader shares out) -> sync -> revoked(what is lost) -> join again
 *                                          \-> assigned(what is gained)
 *
 * What is lost is given to others in the round after, so `revoked` may take its time and commit;
 * what stays is not touched. Heartbeats run on a timer, also while `revoked` and `assigned` do:
 * they need the event loop, so work that blocks it for the session's time-out loses the membership.
 */

import { partitionNameOf } from '../../engine/partition-name.ts'
import { typeOf } from '../kafka/faults.ts'
import type { AssignmentListener, TopicPartition } from '../log.ts'
import { assignCooperatively } from './assignor.ts'
import { type Coordinator, coordinatorOf, type JoinedMember } from './cluster.ts'
import type { KafkajsConnection } from './connection.ts'
import { GROUP_PROTOCOL, type GroupProtocol } from './group-protocol.ts'

export interface MemberOptions {
  readonly group: string
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  readonly partitionsOf: (topic: string) => number
  readonly listener: AssignmentListener
  /** Called where it cannot go on, or where a listener threw. */
  readonly onFailure: (error: Error) => void
  readonly onClose: () => void
}

/** How soon a member learns of a rebalance. */
const HEARTBEAT_MS = 300
/** So long the others wait for a member to commit and rejoin. */
const REBALANCE_TIMEOUT_MS = 60_000
const RETRY_AFTER_MS = 300
/** The coordinator knows this member no more: others may have its partitions. */
const EXPELLED = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'])

export class GroupMember {
  readonly #connection: KafkajsConnection
  readonly #protocol: GroupProtocol
  readonly #options: MemberOptions
  #coordinator: Coordinator | null = null
  #memberId = ''
  #generation = -1
  #held: readonly TopicPartition[] = []
  #expulsions = 0
  #expelled = false
  #rejoin = true
  #closing = false
  #stopped = false
  #wake: () => void = () => {}
  #running: Promise<void> = Promise.resolve()
  #settled: Promise<void> = Promise.resolve()

  /** @param connection its own: while a join waits at the broker, others would wait behind it. */
  constructor(connection: KafkajsConnection, protocol: GroupProtocol, options: MemberOptions) {
    this.#connection = connection
    this.#protocol = protocol
    this.#options = options
  }

  /** Resolves after the first round. */
  async start(): Promise<void> {
    try {
      await this.#connection.ask(this.#name, () => this.#join())
      this.#running = this.#run()
    } catch (error) {
      await this.close()
      throw error
    }
  }

  get group(): string {
    return this.#options.group
  }

  get held(): readonly TopicPartition[] {
    return this.#held
  }

  /** By which a commit of positions shows that it may. */
  get identity(): { readonly memberId: string; readonly groupGenerationId: number } {
    return { memberId: this.#memberId, groupGenerationId: this.#generation }
  }

  /** How often the group has thrown it out, with what it held. */
  get expulsions(): number {
    return this.#expulsions
  }

  /** Thrown out, and `revoked` has not returned yet. */
  get isExpelled(): boolean {
    return this.#expelled
  }

  /** Resolves when no join is under way. */
  settled(): Promise<void> {
    return this.#settled
  }

  async #run(): Promise<void> {
    while (!this.#closing && !this.#stopped) {
      try {
        if (this.#rejoin) await this.#join()
        else await this.#pause(HEARTBEAT_MS)
        if (!this.#rejoin && !this.#closing) await this.#heartbeat()
      } catch (error) {
        await this.#recover(error)
      }
    }
  }

  async #heartbeat(): Promise<void> {
    const { group: groupId } = this.#options
    const coordinator = await this.#coordinate()
    try {
      await coordinator.heartbeat({ groupId, ...this.identity })
    } catch (error) {
      if (typeOf(error) !== 'REBALANCE_IN_PROGRESS') throw error
      this.#rejoin = true
    }
  }

  async #coordinate(): Promise<Coordinator> {
    if (!this.#coordinator?.isConnected()) {
      this.#coordinator = await coordinatorOf(this.#connection.cluster, this.group)
    }
    return this.#coordinator
  }

  /** Whoever was expelled has nothing any more, and begins anew; the rest is tried again. */
  async #recover(error: unknown): Promise<void> {
    this.#coordinator = null
    this.#rejoin = true
    if (EXPELLED.has(typeOf(error))) {
      return this.#beExpelled()
    }
    if (typeOf(error) === 'REBALANCE_IN_PROGRESS') return
    if (isFinal(error)) {
      this.#stopped = true
      this.#options.onFailure(this.#connection.faultOf(this.#name, error))
      return
    }
    await this.#pause(RETRY_AFTER_MS)
    await this.#connection.cluster.refreshMetadata().catch(() => {})
  }

  async #beExpelled(): Promise<void> {
    this.#memberId = ''
    this.#generation = -1
    this.#expulsions++
    this.#expelled = true
    await this.#lose(this.#held)
    this.#expelled = false
  }

  get #name(): string {
    return `the membership in group "${this.group}"`
  }

  async #join(): Promise<void> {
    const round = this.#round()
    this.#settled = round.then(ignore, ignore)
    const share = await round
    const lost = without(this.#held, share)
    const gained = without(share, this.#held)
    if (lost.length > 0) {
      this.#rejoin = true
      await this.#withHeartbeats(() => this.#lose(lost))
    }
    if (gained.length > 0) await this.#withHeartbeats(() => this.#gain(gained))
  }

  /** One round of the group; what it gives this member. */
  async #round(): Promise<readonly TopicPartition[]> {
    const { group: groupId, sessionTimeoutMs, topics } = this.#options
    this.#rejoin = false
    const coordinator = await this.#coordinate()
    const state = { topics, held: this.#held, generation: this.#generation }
    const joined = await coordinator.joinGroup({
      groupId,
      memberId: this.#memberId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      groupProtocols: [{ name: GROUP_PROTOCOL, metadata: this.#protocol.metadataOf(state) }],
    })
    this.#memberId = joined.memberId
    this.#generation = joined.generationId
    const { generationId, memberId } = joined
    const groupAssignment = joined.leaderId === memberId ? this.#shareOut(joined.members) : []
    const synced = await coordinator.syncGroup({ groupId, generationId, memberId, groupAssignment })
    return this.#protocol.shareOf(synced.memberAssignment)
  }

  #shareOut(members: readonly JoinedMember[]) {
    const states = members.map(member => this.#protocol.stateOf(member))
    const shares = assignCooperatively(states, this.#options.partitionsOf)
    return [...shares].map(([memberId, share]) => ({
      memberId,
      memberAssignment: this.#protocol.assignmentOf(share),
    }))
  }

  async #lose(lost: readonly TopicPartition[]): Promise<void> {
    if (lost.length === 0) return
    try {
      await this.#options.listener.revoked(lost)
    } catch (error) {
      this.#options.onFailure(error as Error)
    } finally {
      this.#held = without(this.#held, lost)
    }
  }

  async #gain(gained: readonly TopicPartition[]): Promise<void> {
    this.#held = [...this.#held, ...gained]
    try {
      await this.#options.listener.assigned(gained)
    } catch (error) {
      this.#options.onFailure(error as Error)
    }
  }

  async #withHeartbeats(work: () => Promise<void>): Promise<void> {
    const timer = setInterval(() => void this.#heartbeat().catch(ignore), HEARTBEAT_MS)
    try {
      await work()
    } finally {
      clearInterval(timer)
    }
  }

  #pause(forMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, forMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Gives back what it holds, after `revoked`, and leaves at once. */
  async close(): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    this.#wake()
    await this.#running
    await this.#withHeartbeats(() => this.#lose(this.#held))
    const identity = { groupId: this.group, memberId: this.#memberId }
    if (this.#memberId !== '') {
      await this.#coordinate()
        .then(coordinator => coordinator.leaveGroup(identity))
        .catch(ignore)
    }
    this.#options.onClose()
    await this.#connection.close()
  }
}

const ignore = (): void => {}

const isFinal = (error: unknown): boolean =>
  /INCONSISTENT_GROUP_PROTOCOL|AUTHORIZATION|INVALID_SESSION_TIMEOUT|INVALID_GROUP/.test(
    typeOf(error),
  )

const without = (
  all: readonly TopicPartition[],
  taken: readonly TopicPartition[],
): readonly TopicPartition[] => {
  const names = new Set(taken.map(partitionNameOf))
  return all.filter(at => !names.has(partitionNameOf(at)))
}
