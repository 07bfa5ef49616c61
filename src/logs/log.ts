/**
 * Where records live, in order. One interface, one conformance suite (`conformance.ts`), and an
 * implementation per substrate.
 *
 *   commit   appends and offsets become visible together, or not at all
 *   read     from an offset on, in order; offsets may have gaps (compaction, transaction markers)
 *   subscribe  a group shares the partitions of its topics; each partition has one reader
 *   reader   several partitions at positions of one's own; join  a group's sharing, without reading
 *
 * All is asynchronous, at batch boundaries only: nothing here is called per record.
 */

export interface LogRecord {
  readonly key: Buffer | null
  /** null is a tombstone. Never empty: on Kafka, one client turns an empty value into a tombstone. */
  readonly value: Buffer | null
  /** ASCII only. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface StoredRecord extends LogRecord {
  readonly offset: number
  /** When the log took it in: wall clock, in ms since 1970. */
  readonly timestampMs: number
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

export interface TopicSettings {
  readonly partitions: number
  /** Keeps at least the last record of each key, and removes keys whose last is a tombstone. */
  readonly compacted: boolean
  /** Records older than this may be removed; null keeps them. */
  readonly retentionMs: number | null
  /** Oldest records are removed where a partition is larger than this; null for no limit. */
  readonly retentionBytes: number | null
  /** What a cluster keeps to beside, where the log is one. Told, never asked for. */
  readonly cluster?: ClusterSettings
}

export interface ClusterSettings {
  /** Copies of each partition. */
  readonly replicas: number
  /** How many copies have to have a record before it is acknowledged. */
  readonly leastInSync: number
  /** The largest record, or batch of compressed ones, that is taken. */
  readonly messageBytesMax: number
}

/** One partition, and nothing is ever removed from it. */
export const KEPT_WHOLE: TopicSettings = {
  partitions: 1,
  compacted: false,
  retentionMs: null,
  retentionBytes: null,
}

/** Records for one partition, in order. */
export interface Append extends TopicPartition {
  readonly records: readonly LogRecord[]
}

/** The next offset that a group will read. */
export interface Position extends TopicPartition {
  readonly next: number
}

/** What readers wait for goes out on a lane of its own, beside what an application needs to go on. */
export type CommitLane = 'results' | 'state'

export interface Commit {
  /**
   * Commits of one lane are made one after the other, in the order of the calls. Where there are no
   * transactions, those of different lanes do not wait for one another: whoever uses both says by
   * waiting what comes after what, and appends to a partition on one of them alone. Default `state`.
   */
  readonly lane?: CommitLane
  /**
   * Where there are no transactions, the last append is written after all others are acknowledged,
   * and positions move after that: put last what says that the others are there.
   */
  readonly appends: readonly Append[]
  /** That none of the appends says anything of another: then all are written side by side. */
  readonly areIndependent?: boolean
  /** Positions move with the appends; absent where nothing was consumed. */
  readonly consumed?: { readonly group: string; readonly positions: readonly Position[] }
}

export interface CommitReceipt {
  /**
   * First and next offset of each append, in the order of the commit's appends; null where the
   * substrate does not tell (on Kafka, asking for every record costs more than writing it).
   */
  readonly appended: readonly { readonly first: number; readonly next: number }[] | null
  /** Resolves when the commit would survive a power cut, where the substrate can tell. */
  readonly durable: Promise<void>
}

export interface ReadLimits {
  readonly recordsMax: number
  /** At least one record is returned, whatever its size. */
  readonly bytesMax: number
}

export interface Batch extends TopicPartition {
  readonly records: readonly StoredRecord[]
  /** True where the partition was read to its end as it is now. */
  readonly atEnd: boolean
}

export interface AssignmentListener {
  /** Called before the first record of these partitions is delivered. Other members wait for it. */
  assigned(partitions: readonly TopicPartition[]): Promise<void>
  /** Called before another member may read them; commit what was taken in. */
  revoked(partitions: readonly TopicPartition[]): Promise<void>
}

export interface Subscription {
  /** Up to `recordsMax` records over all assigned, unpaused partitions; empty after the wait. */
  poll(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]>
  pause(partitions: readonly TopicPartition[]): void
  resume(partitions: readonly TopicPartition[]): void
  close(): Promise<void>
}

/**
 * Reads partitions at positions of the caller's own, each in its order: no group takes part, and
 * nothing is committed. Calls do not overlap.
 */
export interface Reader {
  /** Begins to read these, in addition. Fails with `LOG_OFFSET_GONE` in `poll` where one is too low. */
  add(positions: readonly Position[]): Promise<void>
  remove(partitions: readonly TopicPartition[]): Promise<void>
  /** Up to `recordsMax` records over all unpaused partitions; empty after the wait. */
  poll(limits: ReadLimits & { readonly waitMs: number }): Promise<readonly Batch[]>
  /** Whether `poll` has returned all that the partition had when the log was last asked. */
  isAtEnd(at: TopicPartition): boolean
  pause(partitions: readonly TopicPartition[]): void
  resume(partitions: readonly TopicPartition[]): void
  close(): Promise<void>
}

/** One's place in a group that shares a topic's partitions, without reading them. */
export interface Membership {
  /** Gives back what it holds, after `revoked`. */
  close(): Promise<void>
}

export interface Log {
  /** Whether the log applies retention and compaction by itself, as a broker does. */
  readonly cleansItself: boolean
  /** Does nothing where the topic is there with these settings; refuses where partitions differ. */
  createTopic(topic: string, settings: TopicSettings): Promise<void>
  topics(): Promise<ReadonlyMap<string, TopicSettings>>
  /** The retained offsets: `first` is the oldest that can be read, `next` the one to be written. */
  range(at: TopicPartition): Promise<{ readonly first: number; readonly next: number }>
  /**
   * Resolves once no commit is under way in these that had begun before: then all is read that was
   * committed before, also what is behind a commit that nobody will finish.
   */
  settled(partitions: readonly TopicPartition[]): Promise<void>
  /** Fails with `LOG_OFFSET_GONE` where `from` is below the first retained offset. */
  read(at: TopicPartition, from: number, limits: ReadLimits): Promise<Batch>
  commit(commit: Commit): Promise<CommitReceipt>
  /**
   * Where the group goes on; what commits that are under way would move is waited for.
   *
   * @param partitions only of these, and nothing is waited for on behalf of others
   */
  committed(group: string, partitions?: readonly TopicPartition[]): Promise<readonly Position[]>
  /** Starts at the group's committed positions, else at the first retained offset. */
  subscribe(
    group: string,
    topics: readonly string[],
    listener: AssignmentListener,
  ): Promise<Subscription>
  reader(): Promise<Reader>
  /**
   * Takes part in sharing a topic, and says what is held. A commit that names the group in
   * `consumed` may hold positions of any topic; it fails with `LOG_FENCED` once the group has given
   * this member's partitions away.
   */
  join(group: string, topic: string, listener: AssignmentListener): Promise<Membership>
  /** Removes records below `before`; reading them fails afterwards. */
  trim(at: TopicPartition, before: number): Promise<void>
  /** Applies retention and compaction now. */
  clean(): Promise<void>
  close(): Promise<void>
}
