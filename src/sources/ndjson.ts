/**
 * History in NDJSON: a file `<topic>.ndjson[.gz]`, or a folder of them.
 *
 * A record's offset is the zero-based number of its line, so that a message about it leads back to
 * the line, and a run that is continued starts at the line it had reached. Blank lines are passed
 * over but counted. What stands in a line is not looked at here.
 */
import { type InputBytes, openBytes } from './input-bytes.ts'
import { inputSignature } from './input-signature.ts'
import { LineScanner } from './line-scanner.ts'
import { type FilesWanted, ndjsonFiles, type TopicFile } from './ndjson-files.ts'
import {
  type History,
  historyOf,
  type InputSignature,
  type RawRecord,
  type RecordStream,
  type StartAt,
} from './record-stream.ts'

export interface NdjsonOptions extends FilesWanted {
  readonly startAt?: StartAt
}

/**
 * Fails with `INPUT_MISSING`, `INPUT_UNREADABLE` or `CONFIG_INVALID` where the files are not as
 * said above; a stream's `read` fails with `INPUT_UNREADABLE` or `LINE_TOO_LONG`.
 */
export const openNdjson = async (path: string, options: NdjsonOptions = {}): Promise<History> => {
  const streams: RecordStream[] = []
  for (const file of await ndjsonFiles(path, options)) {
    streams.push(await openFile(file, options.startAt?.(file.topic, 0) ?? 0))
  }
  return historyOf(streams)
}

const openFile = async ({ path, topic }: TopicFile, startAt: number): Promise<RecordStream> =>
  new NdjsonStream(path, topic, startAt, await inputSignature(path), await openBytes(path))

class NdjsonStream implements RecordStream {
  readonly topic: string
  readonly partition = 0
  readonly format = 'json'
  readonly name: string
  readonly signature: InputSignature
  readonly #bytes: InputBytes
  readonly #blocks: AsyncIterator<Buffer>
  readonly #lines: LineScanner
  #ended = false

  constructor(
    path: string,
    topic: string,
    startAt: number,
    signature: InputSignature,
    bytes: InputBytes,
  ) {
    this.topic = topic
    this.name = path
    this.signature = signature
    this.#bytes = bytes
    this.#blocks = bytes[Symbol.asyncIterator]()
    this.#lines = new LineScanner(path, startAt)
  }

  async read(recordsMax: number): Promise<readonly RawRecord[]> {
    const records: RawRecord[] = []
    // Waits only for the first record: what a block still holds is enough for an answer.
    while (!this.#ended && !this.#lines.take(records, recordsMax)) {
      if (records.length > 0) break
      await this.#nextBlock(records)
    }
    return records
  }

  async #nextBlock(records: RawRecord[]): Promise<void> {
    const next = await this.#blocks.next()
    if (next.done !== true) return this.#lines.feed(next.value)
    this.#ended = true
    this.#lines.takeLast(records)
  }

  async close(): Promise<void> {
    this.#ended = true
    this.#bytes.close()
  }
}
