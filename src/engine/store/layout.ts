import { createHash } from 'node:crypto'
import avsc from 'avsc'
import { type AvroSchema, named } from '../form.ts'
import type { Cells } from '../pipeline.ts'
import { quickType } from '../schema/quick-types.ts'
import { layoutOf } from '../state/fingerprint.ts'

/**
 * How a key's state is written: an Avro record of `now`, the due times of its timers, and each
 * cell's form or null. The layout's hash stands before each value, and the layout itself is in the
 * changelog, so that state can be read after the declaration has changed, or refused with a reason.
 */
export interface Layout {
  readonly hash: number
  /** What is kept in the changelog: enough to read values, and to compare declarations. */
  readonly text: string
  readonly type: EntryType
}

/** What an entry is, packed: `now`, `fired`, `dues`, and a field for each cell, `c0`, `c1` and so on. */
export interface Entry {
  now: number
  /** How many of the key's timers have fired: two that were due at the same instant are two. */
  fired: number
  dues: number[]
  /** The form of each cell, in the order of their declaration; null or nothing: it has none. */
  cells: unknown[]
  /** A bit for each cell that may have changed since it was packed last; of the 33rd that of the first. */
  changed: number
  /** Where the first cell begins, and where each ends, as it was packed last. */
  ends: number[]
}

export const ALL_CELLS = -1

/** One that was never packed. */
export const entryOf = (now: number, fired: number, dues: number[], cells: unknown[]): Entry => ({
  now,
  fired,
  dues,
  cells,
  changed: ALL_CELLS,
  ends: [],
})

/** As the library's types do it. */
export interface EntryType {
  /**
   * The end of what was written, or less than 0: so many bytes were missing.
   *
   * @param packed what holds, from `packedAt` on, what the entry was read from or written as last, its
   * hash first: cells that did not change are copied from there
   */
  encode(entry: Entry, into: Buffer, at: number, packed?: Buffer, packedAt?: number): number
  decode(bytes: Buffer, at: number): { readonly value: Entry }
}

const cellField = (index: number): string => `c${index}`

const HEAD_FIELDS = [
  { name: 'now', type: 'long' },
  { name: 'fired', type: 'int' },
  { name: 'dues', type: { type: 'array', items: 'long' } },
]

/** What every entry begins with, in whatever layout: read on its own, it leaves the cells alone. */
export const HEAD = avsc.Type.forSchema({
  type: 'record',
  name: 'head',
  fields: HEAD_FIELDS,
} as never)

/** Made once for each declaration: compiling it costs more than all else in starting a task. */
export const layoutFor = (cells: Cells, timerNames: readonly string[]): Layout => {
  let layouts = known.get(cells)
  if (!layouts) {
    layouts = new Map()
    known.set(cells, layouts)
  }
  const names = timerNames.join(' ')
  const layout = layouts.get(names) ?? newLayout(cells, timerNames)
  layouts.set(names, layout)
  return layout
}

/** By the cells, and by the names of the timers. */
const known = new WeakMap<Cells, Map<string, Layout>>()

const newLayout = (cells: Cells, timerNames: readonly string[]): Layout => {
  const avro: AvroSchema = {
    type: 'record',
    name: 'entry',
    fields: [
      ...HEAD_FIELDS,
      ...Object.values(cells).map((cell, index) => ({
        name: cellField(index),
        type: ['null', named(cell.form.avro, `${cellField(index)}_form`)],
        default: null,
      })),
    ],
  }
  return layoutFrom(
    JSON.stringify({
      format: FORMAT,
      cells: layoutOf(cells),
      order: Object.keys(cells),
      timers: timerNames,
      avro,
    }),
  )
}

/** Of all that is saved beside the cells: held records, gathers, reference records, remembered ids. */
const FORMAT = 1

/** Reads a layout back from the changelog. */
export const layoutFrom = (text: string): Layout => ({
  text,
  hash: createHash('sha256').update(text).digest().readUInt32BE(0),
  type: entryType((JSON.parse(text) as { avro: AvroSchema }).avro),
})

/** A position in bytes, as the library moves it. */
interface Tap {
  readonly buf: Buffer
  pos: number
}

/** The part of a type that the library keeps to itself. */
interface Internals {
  _read(tap: Tap): unknown
  _write(tap: Tap, value: unknown): void
}

/** What a cell's union writes where there is nothing in it. */
const NULL_BRANCH = 0

/** What stands before an entry wherever it is packed. */
export const HASH_BYTES = 4

/**
 * The library's record, with its cells in a list: a view then finds its cell by a number, which is
 * quicker than by a name that is another for each view. And with a note of where each cell ends: most
 * steps change one or two of them, and to write the others anew costs ten times what a copy does.
 */
const entryType = (avro: AvroSchema): EntryType => {
  const record = avsc.Type.forSchema(avro as never, {
    wrapUnions: 'never',
    typeHook: quickType as never,
  }) as avsc.types.RecordType
  const types = record.fields.map(({ type }) => type as unknown as Internals)
  const [now, fired, dues] = types as [Internals, Internals, Internals]
  const cells = types.slice(HEAD_FIELDS.length)
  const written: number[] = Array(cells.length + 1).fill(0)
  let packed: Buffer | undefined
  let packedAt = 0

  const read = (tap: Tap): Entry => {
    const start = tap.pos
    const entry = {
      now: now._read(tap) as number,
      fired: fired._read(tap) as number,
      dues: dues._read(tap) as number[],
      // Keys in use are many: lists that grow as they are filled would keep a third more room.
      cells: new Array<unknown>(cells.length),
      changed: 0,
      ends: new Array<number>(cells.length + 1),
    }
    entry.ends[0] = tap.pos - start
    for (let index = 0; index < cells.length; ) {
      // A key has few of the cells that its pipeline declares.
      if (tap.buf[tap.pos] === NULL_BRANCH) {
        tap.pos++
        entry.cells[index] = null
      } else entry.cells[index] = cells[index]!._read(tap)
      entry.ends[++index] = tap.pos - start
    }
    return entry
  }

  const write = (tap: Tap, entry: Entry): void => {
    const start = tap.pos
    now._write(tap, entry.now)
    fired._write(tap, entry.fired)
    dues._write(tap, entry.dues)
    written[0] = tap.pos - start
    for (let index = 0; index < cells.length; ) {
      const next = packed ? unchangedUntil(entry, index, cells.length) : index
      if (next > index) copyCells(tap, packed!, packedAt, entry.ends, index, next)
      for (; index < next; index++) {
        written[index + 1] = written[index]! + entry.ends[index + 1]! - entry.ends[index]!
      }
      if (index === cells.length) break
      cells[index]!._write(tap, entry.cells[index] ?? null)
      written[++index] = tap.pos - start
    }
  }

  const type = Object.create(record, {
    _read: { value: read },
    _write: { value: write },
    encode: {
      value: (entry: Entry, into: Buffer, at: number, before?: Buffer, beforeAt = 0): number => {
        packed = before
        packedAt = beforeAt
        const end = record.encode.call(type, entry, into, at)
        if (end >= 0) noteWritten(entry, written)
        return end
      },
    },
  }) as EntryType & avsc.Type
  return type
}

/** The next cell that may have changed, from one on. */
const unchangedUntil = ({ changed }: Entry, from: number, count: number): number => {
  let index = from
  while (index < count && (changed & (1 << index)) === 0) index++
  return index
}

/** Up to so many, bytes are copied sooner one by one than by a call, which makes a view of them first. */
const FEW_BYTES = 128

const copyCells = (
  tap: Tap,
  packed: Buffer,
  packedAt: number,
  ends: readonly number[],
  from: number,
  until: number,
): void => {
  const { buf, pos } = tap
  const start = packedAt + HASH_BYTES + ends[from]!
  const count = ends[until]! - ends[from]!
  if (count > FEW_BYTES) packed.copy(buf, pos, start, start + count)
  else for (let index = 0; index < count; index++) buf[pos + index] = packed[start + index]!
  tap.pos = pos + count
}

const noteWritten = (entry: Entry, written: readonly number[]): void => {
  entry.changed = 0
  for (let index = 0; index < written.length; index++) entry.ends[index] = written[index]!
}
