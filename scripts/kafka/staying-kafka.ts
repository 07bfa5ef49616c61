/** A Kafka that stays when the command that started it has ended, and is found again by its port. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { MillraceError } from '../../src/engine/errors.ts'
import { isFree } from '../../src/testing/kafka/free-ports.ts'
import { KAFKA_CACHE, whyNoKafka } from '../../src/testing/kafka/kafka-artefacts.ts'
import {
  lastOutput,
  newKafkaId,
  prepareNode,
  propertiesOf,
  spawnNode,
} from '../../src/testing/kafka/node-process.ts'
import { brokerOf, type KafkaNode, nodesIn } from '../../src/testing/kafka/server-properties.ts'
import { untilReady } from '../../src/testing/kafka/until-ready.ts'
import { commandOf } from './command-of.ts'

/** Of all ports: a line for each Kafka that runs. */
export const statusOfAll = async (folder: string = FOLDER): Promise<string> => {
  const names = existsSync(folder) ? await readdir(folder) : []
  const ports = names.filter(name => /^\d+$/.test(name)).map(Number)
  const lines: string[] = []
  for (const port of ports.sort((a, b) => a - b)) {
    const kafka = new StayingKafka(port, folder)
    if (await kafka.isRunning()) lines.push(await kafka.status())
  }
  return lines.length === 0 ? 'No Kafka of this script runs.' : lines.join('\n')
}

/** What stands in cluster.json beside the nodes' directories. */
interface Written {
  readonly clusterId: string
  readonly nodes: number
  /** Of the processes when it was last started; who has such a number now is asked. */
  readonly pids: readonly number[]
}

const FOLDER = join(KAFKA_CACHE, 'run')
const CONTROLLERS_AFTER = 100
const PATIENCE_MS = 60_000
const PAUSE_MS = 50

export class StayingKafka {
  readonly #port: number
  readonly #directory: string

  constructor(port: number, folder: string = FOLDER) {
    this.#port = port
    this.#directory = join(folder, `${port}`)
  }

  async start(count: 1 | 3): Promise<string> {
    const written = await this.#written()
    if (written !== null && written.nodes !== count) throw this.#otherNodes(written.nodes)
    if (written !== null && this.#running(written).length > 0) {
      return `Nothing was started. ${await this.status()}`
    }
    const missing = whyNoKafka()
    if (missing !== null) throw new MillraceError('LOG_UNAVAILABLE', missing)
    const nodes = this.#nodes(count)
    await refuseTakenPorts(nodes)
    const startedAt = performance.now()
    await this.#spawn(nodes, written?.clusterId ?? newKafkaId())
    await this.#untilReady(nodes)
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    return `${await this.status()} Ready after ${seconds} s.`
  }

  async isRunning(): Promise<boolean> {
    const written = await this.#written()
    return written !== null && this.#running(written).length > 0
  }

  async stop(): Promise<string> {
    const written = await this.#written()
    const running = written === null ? [] : this.#running(written)
    if (running.length === 0) return `No Kafka of this script runs on port ${this.#port}.`
    // All at once: a node that hands over its partitions waits for another to take them.
    for (const pid of running) process.kill(pid, 'SIGTERM')
    await this.#untilEnded(written!)
    return `Kafka on port ${this.#port} is stopped. What it has is kept in ${this.#directory}.`
  }

  async status(): Promise<string> {
    const written = await this.#written()
    const running = written === null ? [] : this.#running(written)
    if (written === null || running.length === 0) {
      return `No Kafka of this script runs on port ${this.#port}.`
    }
    const brokers = this.#nodes(written.nodes).map(brokerOf).join(',')
    const some = running.length < written.nodes ? `${running.length} of ` : ''
    const nodes = `${some}${written.nodes} ${written.nodes === 1 ? 'node' : 'nodes'}`
    return `Kafka runs: KAFKA_BROKERS=${brokers} (${nodes}, process ${running.join(', ')}).`
  }

  #nodes(count: number): KafkaNode[] {
    const ports = Array.from({ length: count }, (_, index) => this.#port + index)
    return nodesIn(
      this.#directory,
      ports,
      ports.map(port => port + CONTROLLERS_AFTER),
    )
  }

  async #spawn(nodes: readonly KafkaNode[], clusterId: string): Promise<void> {
    await mkdir(this.#directory, { recursive: true })
    for (const node of nodes) await prepareNode(node, nodes, clusterId)
    const pids: number[] = []
    for (const node of nodes) {
      pids.push((await spawnNode(node, true)).pid!)
      await this.#write({ clusterId, nodes: nodes.length, pids })
    }
  }

  /** The processes that are still ours, by what they were started with. */
  #running({ nodes, pids }: Written): number[] {
    const properties = this.#nodes(nodes).map(propertiesOf)
    return pids.filter((pid, index) => commandOf(pid)?.includes(properties[index]!))
  }

  async #untilReady(nodes: readonly KafkaNode[]): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS
    await untilReady(nodes.map(brokerOf), nodes.length, async () => {
      const written = (await this.#written())!
      if (this.#running(written).length === nodes.length && performance.now() < deadline)
        return true
      const outputs = await Promise.all(nodes.map(lastOutput))
      await this.stop()
      throw new MillraceError('LOG_UNAVAILABLE', `Kafka did not start:\n${outputs.join('\n')}`)
    })
  }

  async #untilEnded(written: Written): Promise<void> {
    const deadline = performance.now() + 10_000
    while (this.#running(written).length > 0) {
      if (performance.now() > deadline) {
        for (const pid of this.#running(written)) process.kill(pid, 'SIGKILL')
      }
      await after(PAUSE_MS)
    }
  }

  #otherNodes(nodes: number): MillraceError {
    const message = `${this.#directory} has the data of ${nodes} node${nodes === 1 ? '' : 's'}. Use --nodes ${nodes} or another --port, or stop it and remove that folder.`
    return new MillraceError('CONFIG_INVALID', message)
  }

  async #written(): Promise<Written | null> {
    const path = join(this.#directory, 'cluster.json')
    return existsSync(path) ? JSON.parse(await readFile(path, 'utf8')) : null
  }

  async #write(written: Written): Promise<void> {
    await writeFile(join(this.#directory, 'cluster.json'), `${JSON.stringify(written)}\n`)
  }
}

const refuseTakenPorts = async (nodes: readonly KafkaNode[]): Promise<void> => {
  for (const port of nodes.flatMap(node => [node.port, node.controllerPort])) {
    if (await isFree(port)) continue
    const message = `Port ${port} is taken by another program. Take another --port.`
    throw new MillraceError('CONFIG_INVALID', message)
  }
}
