import type { Form } from '../form.ts'
import { array, bytes, int, long, record } from '../form.ts'
import { hash128 } from '../hash.ts'
import type { Instant } from '../time.ts'
import type { Cell, Slot } from './cell.ts'
import { estimateOf, mergeRegisters, noteHash, REGISTERS } from './hyperloglog.ts'
import { declaredWhole } from './limits.ts'

export interface Distinct {
  add(item: string, at: Instant): void
  /** How many different items there were; a whole number. */
  count(now: Instant): number
}

/** Nothing, or a sorted list of hashes, or the registers of a HyperLogLog. */
type Sketch = null | number[] | Buffer

interface Held {
  epoch: number
  current: Sketch
  previous: Sketch
}

const sketch = { avro: ['null', array(int).avro, bytes.avro] } as Form<Sketch>
const form = record({ epoch: long, current: sketch, previous: sketch }) as Form<Held>

/** A longer list would take more than the sketch that replaces it. */
const EXACT_MAX = 128

/**
 * How many different items there were.
 *
 * Shape: up to `exactMax` (default 16) sorted 32-bit hashes, which count exactly (but for a chance
 * of 1 in 30 million that two of 16 items share a hash); from then on a HyperLogLog of 1,024
 * registers, with a standard error of 3.3 %.
 *
 * With `spanMs`, items are forgotten by epochs: there is a sketch for the present span of event
 * time (its bounds are multiples of `spanMs`) and one for the span before, and the count is that
 * of both together. So an item counts for at least `spanMs` after it was last added and for less
 * than twice that. Items older than both are ignored.
 *
 * Bound: two sketches of 1 KB. It cannot fill. Bytes per key: about 7, and 5 for each item up
 * to `exactMax`, then 1 KB; up to twice that with `spanMs`.
 */
export const distinct = ({
  exactMax = 16,
  spanMs,
}: {
  readonly exactMax?: number
  readonly spanMs?: number
} = {}): Cell<Held, Distinct> => {
  declaredWhole('distinct', 'exactMax', exactMax, { most: EXACT_MAX })
  if (spanMs !== undefined) declaredWhole('distinct', 'spanMs', spanMs)
  const epochOf = (at: Instant): number => (spanMs === undefined ? 0 : Math.floor(at / spanMs))
  return {
    kind: 'distinct',
    bounds: spanMs === undefined ? { exactMax } : { exactMax, spanMs },
    form,
    view: slot => ({
      add(item, at) {
        const epoch = epochOf(at)
        const held = turned(slot, epoch)
        if (held.epoch === epoch) held.current = withItem(held.current, item, exactMax)
        else if (held.epoch === epoch + 1) held.previous = withItem(held.previous, item, exactMax)
      },
      count(now) {
        const held = slot.read()
        if (held === undefined) return 0
        const behind = epochOf(now) - held.epoch
        if (behind > 1) return 0
        return behind === 1 ? countOf(held.current, null) : countOf(held.current, held.previous)
      },
    }),
  }
}

/** What is held, with its epochs moved on to `epoch` where that is newer. */
const turned = (slot: Slot<Held>, epoch: number): Held => {
  const held = slot.get()
  if (held === undefined) {
    const first: Held = { epoch, current: null, previous: null }
    slot.set(first)
    return first
  }
  if (epoch > held.epoch) {
    held.previous = epoch === held.epoch + 1 ? held.current : null
    held.current = null
    held.epoch = epoch
  }
  return held
}

const words = new Int32Array(4)

const withItem = (sketch: Sketch, item: string, exactMax: number): Sketch => {
  hash128(item, words)
  const hash = words[0]!
  if (sketch === null) return [hash]
  if (!Array.isArray(sketch)) {
    noteHash(sketch, hash)
    return sketch
  }
  const at = placeOf(sketch, hash)
  if (sketch[at] === hash) return sketch
  sketch.splice(at, 0, hash)
  return sketch.length > exactMax ? registersOf(sketch) : sketch
}

const placeOf = (hashes: readonly number[], hash: number): number => {
  let low = 0
  let high = hashes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (hashes[middle]! < hash) low = middle + 1
    else high = middle
  }
  return low
}

const registersOf = (hashes: readonly number[]): Buffer => {
  const registers = Buffer.alloc(REGISTERS)
  for (const hash of hashes) noteHash(registers, hash)
  return registers
}

const countOf = (a: Sketch, b: Sketch): number => {
  if (a === null) return b === null ? 0 : countOf(b, null)
  if (Array.isArray(a) && (b === null || Array.isArray(b))) {
    return b === null ? a.length : unionSize(a, b)
  }
  return Math.round(estimateOf(b === null ? (a as Buffer) : merged(a, b)))
}

const unionSize = (a: readonly number[], b: readonly number[]): number => {
  let size = a.length
  for (const hash of b) {
    if (a[placeOf(a, hash)] !== hash) size++
  }
  return size
}

const both = new Uint8Array(REGISTERS)

/** The registers of both, in an array that the next call overwrites. */
const merged = (a: number[] | Buffer, b: number[] | Buffer): Uint8Array => {
  both.fill(0)
  for (const sketch of [a, b]) {
    if (Array.isArray(sketch)) for (const hash of sketch) noteHash(both, hash)
    else mergeRegisters(both, sketch)
  }
  return both
}
