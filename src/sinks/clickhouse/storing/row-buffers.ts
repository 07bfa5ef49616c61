/**
 * Row buffers that are used again: one that has grown to the size of a batch costs more to make than
 * to fill. Keeps a few only, as partitions that were busy once may be idle for long.
 */
import { RowBuffer } from '../rows/row-buffer.ts'

const KEPT_MAX = 4

export class RowBuffers {
  readonly #kept: RowBuffer[] = []

  take(): RowBuffer {
    return this.#kept.pop() ?? new RowBuffer()
  }

  /** Only where nobody sends its bytes any more. */
  giveBack(rows: RowBuffer): void {
    if (this.#kept.length >= KEPT_MAX) return
    rows.reset()
    this.#kept.push(rows)
  }
}
