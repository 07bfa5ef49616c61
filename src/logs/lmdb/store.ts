/**
 * The LMDB environment under the log: opening, transactions, flushing, and errors that say what to
 * do. One writer, this process; a transaction is synchronous and all or nothing.
 *
 * `synced`: a commit is visible at once, and a flush runs behind it in LMDB's thread pool. Commits
 * that come while one flush runs share the next. After a power cut the log is as of some flush;
 * LMDB keeps the pages of the last flushed state until a later one is on disk.
 *
 * The file grows as needed, and its map with it, up to the disk; freed pages are used again, and
 * the file does not shrink.
 */
import { type Database, open, type RootDatabase } from 'lmdb'
import { corruptFile, faultOf, inUse, messageOf } from './faults.ts'
import { FORMAT_KEY, type KeyRange, OWNER_KEY } from './keys.ts'
import { isRunning, type Owner, thisProcess } from './owner.ts'

export type Durability = 'synced' | 'none'

/** LMDB's flags of a transaction: abortable, committed on return, flushed on return or not. */
const ABORTABLE = 1
const COMMITTED = 2
const UNFLUSHED = 0x10000

const FORMAT = 'millrace log 1'

/** `sync` is public in lmdb and missing from its types. It flushes all that is committed. */
interface Flushable {
  sync(done: (error?: unknown) => void): void
}

/** Directories whose claim this process could not give back, as the disk was full. */
const abandoned = new Set<string>()

export class Store {
  readonly directory: string
  readonly #db: RootDatabase<Buffer, Buffer> & Flushable
  readonly #durability: Durability
  #flushing: Promise<void> | null = null
  #flushAgain: Promise<void> | null = null
  #flushFailure: unknown = null

  constructor(directory: string, durability: Durability) {
    this.directory = directory
    this.#durability = durability
    this.#db = opened(directory, durability)
  }

  /** Runs `work` in one transaction. Where it throws, nothing of it was written. */
  write<T>(bytesWanted: number, work: (db: Database<Buffer, Buffer>) => T): T {
    if (this.#flushFailure !== null) throw faultOf(this.#flushFailure, this.directory, bytesWanted)
    try {
      return this.#db.transactionSync(() => work(this.#db), ABORTABLE | COMMITTED | UNFLUSHED)
    } catch (error) {
      throw faultOf(error, this.directory, bytesWanted)
    }
  }

  get(key: Buffer): Buffer | undefined {
    return this.#guarded(() => this.#db.get(key))
  }

  range(range: KeyRange): Iterable<{ key: Buffer; value: Buffer }> {
    return this.#guarded(() => this.#db.getRange(range))
  }

  /** Keys alone. */
  keys(range: KeyRange): Iterable<Buffer> {
    return this.#guarded(() => this.#db.getKeys(range))
  }

  /**
   * The length of a value. Read into memory that LMDB uses again and again: copies of what is only
   * measured would make the garbage collector run.
   */
  bytesAt(key: Buffer): number {
    return this.#guarded(() => this.#db.getBinaryFast(key)?.length ?? 0)
  }

  #guarded<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw corruptFile(this.directory, messageOf(error), error)
    }
  }

  /** Resolves when all that is committed by now would survive a power cut. */
  flushed(): Promise<void> {
    if (this.#durability === 'none') return Promise.resolve()
    if (this.#flushing === null) return this.#flush()
    this.#flushAgain ??= this.#flushing.then(
      () => this.#flush(),
      () => this.#flush(),
    )
    return this.#flushAgain
  }

  #flush(): Promise<void> {
    this.#flushAgain = null
    const flushing = new Promise<void>((resolve, reject) => {
      this.#db.sync(error => {
        if (this.#flushing === flushing) this.#flushing = null
        if (error === undefined || error === null) return resolve()
        // What a failed flush left on disk is not known, so nothing is written after it.
        this.#flushFailure = error
        reject(faultOf(error, this.directory, 0))
      })
    })
    this.#flushing = flushing
    flushing.catch(() => {})
    return flushing
  }

  claim(): void {
    this.write(0, db => {
      const owner = this.#owner()
      if (owner && isRunning(owner) && !this.#isAbandoned(owner))
        throw inUse(this.directory, owner.pid)
      db.put(OWNER_KEY, Buffer.from(JSON.stringify(thisProcess())))
      const format = db.get(FORMAT_KEY)?.toString()
      if (format === undefined) db.put(FORMAT_KEY, Buffer.from(FORMAT))
      else if (format !== FORMAT) throw corruptFile(this.directory, `its format is "${format}"`)
    })
    abandoned.delete(this.directory)
  }

  #isAbandoned(owner: Owner): boolean {
    return owner.pid === process.pid && abandoned.has(this.directory)
  }

  #owner(): Owner | null {
    const owner = this.#db.get(OWNER_KEY)
    return owner ? (JSON.parse(owner.toString()) as Owner) : null
  }

  /** Flushes, gives the claim back and closes. */
  async close(): Promise<void> {
    try {
      this.#giveBack()
      await this.flushed()
    } finally {
      await this.#db.close()
    }
  }

  #giveBack(): void {
    try {
      this.write(0, db => void db.remove(OWNER_KEY))
    } catch {
      abandoned.add(this.directory)
    }
  }

  /** Closes what was not claimed. */
  async abandon(): Promise<void> {
    await this.#db.close()
  }
}

const opened = (directory: string, durability: Durability) => {
  try {
    return open<Buffer, Buffer>({
      path: directory,
      // A directory with a dot in its name is still a directory.
      noSubdir: false,
      keyEncoding: 'binary',
      encoding: 'binary',
      ...(durability === 'none' ? { noSync: true } : { overlappingSync: true }),
    }) as RootDatabase<Buffer, Buffer> & Flushable
  } catch (error) {
    throw faultOf(error, directory, 0)
  }
}
