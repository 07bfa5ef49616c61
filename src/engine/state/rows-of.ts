import type { Form } from '../form.ts'
import type { Cell } from './cell.ts'
import { sizeCheck, textCheck } from './limits.ts'

export interface RowTable<T> {
  /** Not to be changed in place. */
  get(name: string): T | undefined
  /** @param until event time at which the row goes by itself; each writing says it anew */
  set(name: string, row: T, until: number): void
}

const NAME_BYTES_MAX = 256

/**
 * A table of very many rows under one key, of which each step reads and writes a few: a graph, say. Rows
 * are saved one by one, so a commit costs what was written and not what there is.
 *
 * Shape: a row is packed like a key of the task, and counted as one where keys are counted.
 *
 * Bound: each row by `bytesMax` as Avro (default 1024) and its name by 256 bytes; `set` throws `CELL_FULL`
 * for more. How many there are is bounded by `until` alone: whoever sets rows counts them in another
 * cell. To forget the key forgets none of them. Bytes per row: name and row, the head of a key and a
 * byte for each cell of the pipeline, and some 150 for finding it.
 */
export const rowsOf = <T>(
  form: Form<T>,
  { bytesMax = 1_024 }: { readonly bytesMax?: number } = {},
): Cell<T, RowTable<T>> => {
  const checkName = textCheck('rowsOf', NAME_BYTES_MAX)
  const check = sizeCheck('rowsOf', form, bytesMax)
  return {
    kind: 'rowsOf',
    bounds: {},
    form,
    view: ({ rows }) => ({
      get: name => rows.read(name),
      set(name, row, until) {
        checkName(name)
        check?.(row)
        rows.write(name, row, until)
      },
    }),
  }
}
