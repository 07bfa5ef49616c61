/**
 * A Kafka cluster of one's own on this machine, whose nodes can be killed and started again.
 *
 * Its processes end with the one that started it, even where that one is killed.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import { freePorts } from './free-ports.ts'
import { whyNoKafka } from './kafka-artefacts.ts'
import { lastOutput, newKafkaId, prepareNode, spawnNode } from './node-process.ts'
import { brokerOf, type KafkaNode, nodesIn } from './server-properties.ts'
import { untilReady } from './until-ready.ts'

export interface KafkaOptions {
  /** 1 unless said. With 3, topics have three replicas and one node may be away. */
  readonly nodes?: 1 | 3
  /** Where the nodes keep what they have; new and empty. A folder that `stop` removes, unless said. */
  readonly dir?: string
  /** What a node has beside the usual; `startSecuredKafka` uses it. */
  readonly extras?: (node: KafkaNode) => Promise<NodeExtras>
}

export type NodeExtras = Pick<KafkaNode, 'listeners' | 'settings' | 'users' | 'javaOptions'>

export interface StartedKafka {
  /** `host:port` of each node; node 1 first. They stay the same when a node starts again. */
  readonly brokers: readonly string[]
  /** Of a node's process, for tests that stop and resume it; null while it is down. */
  pid(node: number): number | null
  /** As `kill -9` does. Nodes are numbered from 1. Resolves when the process is gone. */
  kill(node: number): Promise<void>
  /** Starts a killed node again on what it had, and waits until it answers: some four seconds. */
  restart(node: number): Promise<void>
  /** Kills all nodes, and removes what they kept unless `dir` was given. */
  stop(): Promise<void>
}

/** Starts it and waits until it answers: three seconds. Fails with `LOG_UNAVAILABLE`. */
export const startKafka = async (options: KafkaOptions = {}): Promise<StartedKafka> => {
  const missing = whyNoKafka()
  if (missing !== null) throw new MillraceError('LOG_UNAVAILABLE', missing)
  const directory = options.dir ?? (await mkdtemp(join(tmpdir(), 'millrace-kafka-')))
  const count = options.nodes ?? 1
  const ports = await freePorts(2 * count)
  const plain = nodesIn(directory, ports.slice(0, count), ports.slice(count))
  const nodes: KafkaNode[] = []
  for (const node of plain) nodes.push({ ...node, ...(await options.extras?.(node)) })
  const clusterId = newKafkaId()
  for (const node of nodes) await prepareNode(node, nodes, clusterId)
  const cluster = new Cluster(nodes, options.dir === undefined ? directory : null)
  return cluster.started()
}

class Cluster implements StartedKafka {
  readonly brokers: readonly string[]
  readonly #nodes: readonly KafkaNode[]
  readonly #running = new Map<number, ChildProcess>()
  /** To be removed in the end. */
  readonly #directory: string | null

  constructor(nodes: readonly KafkaNode[], directory: string | null) {
    this.brokers = nodes.map(brokerOf)
    this.#nodes = nodes
    this.#directory = directory
  }

  async started(): Promise<this> {
    try {
      for (const node of this.#nodes) await this.#spawn(node)
      await this.#untilReady(this.#nodes)
      return this
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  pid(node: number): number | null {
    return this.#running.get(this.#numbered(node).id)?.pid ?? null
  }

  async kill(node: number): Promise<void> {
    const child = this.#running.get(this.#numbered(node).id)
    if (child === undefined) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  async restart(node: number): Promise<void> {
    const again = this.#numbered(node)
    await this.kill(node)
    await this.#spawn(again)
    await this.#untilReady([again])
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map(node => this.kill(node.id)))
    if (this.#directory !== null) await rm(this.#directory, { recursive: true, force: true })
  }

  #numbered(node: number): KafkaNode {
    const found = this.#nodes[node - 1]
    if (found !== undefined) return found
    const message = `There is no node ${node}. Nodes are numbered from 1 to ${this.#nodes.length}.`
    throw new MillraceError('CONFIG_INVALID', message)
  }

  async #spawn(node: KafkaNode): Promise<void> {
    const child = await spawnNode(node, false)
    this.#running.set(node.id, child)
    child.once('exit', () => this.#running.delete(node.id))
  }

  async #untilReady(nodes: readonly KafkaNode[]): Promise<void> {
    await untilReady(nodes.map(brokerOf), this.#running.size, async () => {
      for (const node of nodes) {
        if (!this.#running.has(node.id)) throw await failedToStart(node)
      }
      return true
    })
  }
}

const failedToStart = async (node: KafkaNode): Promise<MillraceError> => {
  const output = await lastOutput(node)
  return new MillraceError('LOG_UNAVAILABLE', `Node ${node.id} of Kafka has ended:\n${output}`)
}
