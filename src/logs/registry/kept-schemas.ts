/**
 * Schemas that were learned, kept beside the state of a process: events that wait in the state are
 * kept as they came, so a process that starts again needs their schemas before it reads anything.
 *
 * One line of JSON for each, appended and never changed. A line that a crash cut off is passed over.
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { AvroSchema } from '../../engine/form.ts'
import { faultOf } from '../lmdb/faults.ts'

export interface KeptSchemas {
  read(): ReadonlyMap<number, AvroSchema>
  /** Fails with `LOG_DISK_FULL` or `LOG_READ_ONLY`. */
  add(id: number, schema: AvroSchema): void
}

/** The folder must be there; the file is made with the first schema. */
export const keptSchemasAt = (path: string): KeptSchemas => ({
  read: () => new Map(linesOf(path).flatMap(entryOf)),
  add(id, schema) {
    try {
      // A line of its own, also behind one that was cut off.
      appendFileSync(path, `\n${JSON.stringify({ id, schema })}\n`)
    } catch (thrown) {
      throw faultOf(thrown, dirname(path), 0)
    }
  },
})

const linesOf = (path: string): readonly string[] => {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw thrown
  }
}

const entryOf = (line: string): readonly (readonly [number, AvroSchema])[] => {
  try {
    const { id, schema } = JSON.parse(line) as { id?: unknown; schema?: AvroSchema }
    return typeof id === 'number' && schema !== undefined ? [[id, schema]] : []
  } catch {
    return []
  }
}
