/**
 * The sink's commits. Partitions ask whenever they like; whatever was asked while one commit was
 * under way goes into the next, so that many partitions cost no more commits than one.
 */
import { partitionNameOf } from '../../../engine/partition-name.ts'
import type { Append, Commit, Log, LogRecord, Position, TopicPartition } from '../../../logs/log.ts'

export interface CommitRequest {
  readonly position: Position
  readonly intent?: LogRecord
  readonly letters?: readonly LogRecord[]
}

export interface CommitterOptions {
  readonly log: Log
  readonly group: string
  readonly intents: TopicPartition
  readonly letters: TopicPartition
}

interface Asked {
  readonly request: CommitRequest
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Letters hold the records they are about, so a commit takes a few requests with letters only. */
const LETTERED_REQUESTS_MAX = 4

export class Committer {
  readonly #options: CommitterOptions
  #asked: Asked[] = []
  #isRunning = false

  constructor(options: CommitterOptions) {
    this.#options = options
  }

  /** Resolves once it is in the log and would outlast a power cut. */
  commit(request: CommitRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ request, resolve, reject })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#asked.length > 0) {
      const taken = this.#take()
      try {
        const { durable } = await this.#options.log.commit(this.#commitOf(taken))
        await durable
        for (const { resolve } of taken) resolve()
      } catch (error) {
        for (const { reject } of taken) reject(error)
      }
    }
    this.#isRunning = false
  }

  /** In the order in which they were asked for. */
  #take(): Asked[] {
    let lettered = 0
    const end = this.#asked.findIndex(
      ({ request }) => request.letters?.length && ++lettered > LETTERED_REQUESTS_MAX,
    )
    return this.#asked.splice(0, end < 0 ? this.#asked.length : end)
  }

  #commitOf(taken: readonly Asked[]): Commit {
    const { group, intents, letters } = this.#options
    const requests = taken.map(({ request }) => request)
    const positions = new Map<string, Position>()
    for (const { position } of requests) {
      positions.set(partitionNameOf(position), position)
    }
    const appends: Append[] = [
      { ...intents, records: requests.flatMap(({ intent }) => intent ?? []) },
      { ...letters, records: requests.flatMap(request => request.letters ?? []) },
    ]
    return {
      appends: appends.filter(({ records }) => records.length > 0),
      consumed: { group, positions: [...positions.values()] },
    }
  }
}
