/**
 * Where the frames of a commit are written. A transaction has copied what was put by the time it ends, so
 * the next commit writes over it: new memory for each would come page by page, and call the garbage
 * collector.
 */
const ROOM_BYTES_MAX = 4 << 20

export class FrameRoom {
  #room = Buffer.alloc(0)
  #used = 0

  /** Bytes with anything in them, until `clear`. */
  take(bytes: number): Buffer {
    if (bytes > ROOM_BYTES_MAX) return Buffer.allocUnsafeSlow(bytes)
    // What was given out keeps the room that it is in.
    if (this.#used + bytes > this.#room.length) this.#next(bytes)
    const start = this.#used
    this.#used += bytes
    return this.#room.subarray(start, this.#used)
  }

  /** All that was given out may be written over. */
  clear(): void {
    this.#used = 0
  }

  #next(bytes: number): void {
    const wanted = Math.max(2 * this.#room.length, bytes)
    this.#room = Buffer.allocUnsafeSlow(Math.min(wanted, ROOM_BYTES_MAX))
    this.#used = 0
  }
}
