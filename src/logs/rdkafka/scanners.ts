/**
 * Several scanners, so that partitions are read side by side: as many as reads are under way, a few at
 * the most. A partition is read on where it was read before, as what comes next has been fetched there.
 */
import type { Batch, ReadLimits, TopicPartition } from '../log.ts'
import type { Scanner } from './scanner.ts'

/** Each has a handle of the client: some threads, and up to 32 MB of what was fetched ahead. */
const SCANNERS_MAX = 4

interface Lane {
  readonly opening: Promise<Scanner>
  scanner: Scanner | null
  /** Reads that are under way, or wait for others. */
  reads: number
}

export class Scanners {
  readonly #open: () => Promise<Scanner>
  readonly #lanes: Lane[] = []

  constructor(open: () => Promise<Scanner>) {
    this.#open = open
  }

  /** Any one, for questions: these do not wait for reads. */
  async any(): Promise<Scanner> {
    return (this.#lanes[0] ?? this.#add()).opening
  }

  async read(at: TopicPartition, from: number, limits: ReadLimits): Promise<Batch> {
    const lane = this.#laneFor(at)
    lane.reads++
    try {
      return await (await lane.opening).read(at, from, limits)
    } finally {
      lane.reads--
    }
  }

  #laneFor(at: TopicPartition): Lane {
    const lanes = this.#lanes
    const free = lanes.find(({ scanner }) => scanner?.holds(at)) ?? lanes.find(isFree)
    if (free) return free
    if (lanes.length < SCANNERS_MAX) return this.#add()
    return lanes.reduce((least, lane) => (lane.reads < least.reads ? lane : least))
  }

  #add(): Lane {
    const lane: Lane = { opening: this.#open(), scanner: null, reads: 0 }
    this.#lanes.push(lane)
    lane.opening.then(
      scanner => {
        lane.scanner = scanner
      },
      () => this.#lanes.splice(this.#lanes.indexOf(lane), 1),
    )
    return lane
  }

  async close(): Promise<void> {
    const opened = this.#lanes.map(({ opening }) => opening.then(scanner => scanner.close()))
    await Promise.allSettled(opened)
  }
}

const isFree = ({ reads }: Lane): boolean => reads === 0
