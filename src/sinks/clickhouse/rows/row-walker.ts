/**
 * Finds its way through rows in RowBinary, which have no marks between them: where a row ends, and in
 * which column two rows differ. Values are stepped over, not read.
 */
import { type ParsedType, parsedFields } from '../../../engine/schema/parsed-type.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { filledColumns } from './column-type.ts'

/** A place in bytes. Beyond their end where they stop in the middle of a value. */
class Place {
  readonly bytes: Buffer
  at: number

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes
    this.at = at
  }

  get isInside(): boolean {
    return this.at <= this.bytes.length
  }

  uint8(): number {
    return this.bytes[this.at++] ?? 0
  }

  varint(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.uint8()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
}

type Step = (place: Place) => void

interface Walked {
  readonly name: string
  readonly step: Step
}

export interface RowWalker {
  /** Where the row that starts here ends; -1 where the bytes end before it does. */
  endOf(bytes: Buffer, start: number): number
  /** The first column in which two rows differ; null where they are the same. */
  differing(bytes: Buffer, start: number, other: Buffer, otherStart: number): string | null
}

/** Bytes of `_partition`, `_offset` and `_emitted_at`, with which each row ends. */
const PLACE_BYTES = 4 + 8 + 8

export const rowWalkerOf = (topic: AnyTopic): RowWalker => {
  const columns = walkedColumns(topic)
  return {
    endOf(bytes, start) {
      const place = new Place(bytes, start)
      for (let index = 0; index < columns.length; index++) {
        columns[index]!.step(place)
        if (!place.isInside) return -1
      }
      return place.at
    },
    differing(bytes, start, other, otherStart) {
      const [one, two] = [new Place(bytes, start), new Place(other, otherStart)]
      for (const { name, step } of columns) {
        const [from, otherFrom] = [one.at, two.at]
        step(one)
        step(two)
        if (other.compare(bytes, from, one.at, otherFrom, two.at) !== 0) return name
      }
      return null
    },
  }
}

/** The partition of the row that ends here. */
export const partitionAt = (bytes: Buffer, end: number): number =>
  bytes.readUInt32LE(end - PLACE_BYTES)

/** The offset of the row that ends here. */
export const offsetAt = (bytes: Buffer, end: number): number =>
  bytes.readUInt32LE(end - 16) + bytes.readUInt32LE(end - 12) * 2 ** 32

const walkedColumns = (topic: AnyTopic): readonly Walked[] => [
  ...parsedFields(topic.schema.fields).flatMap(filledColumns).map(columnWalked),
  { name: '_topic', step: overText },
  { name: '_partition', step: over(4) },
  { name: '_offset', step: over(8) },
  { name: '_emitted_at', step: over(8) },
]

const columnWalked = ({ name, field, isKnown }: ReturnType<typeof filledColumns>[number]) => ({
  name,
  step: isKnown ? over(1) : overColumn(field.type),
})

/** A list or map that may be null has no mark of its own: another column tells. */
const overColumn = (type: ParsedType): Step => {
  const listed = type.kind === 'nullable' && (type.of.kind === 'array' || type.of.kind === 'map')
  return overType(listed ? type.of : type)
}

const overType = (type: ParsedType): Step => {
  switch (type.kind) {
    case 'nullable':
      return overNullable(overType(type.of))
    case 'array':
      return overItems(overType(type.of))
    case 'map':
      return overItems(inTurn([overText, overType(type.of)]))
    case 'record':
      return inTurn(type.fields.map(field => overType(field.type)))
    case 'boolean':
      return over(1)
    case 'int':
      return over(4)
    case 'long':
    case 'double':
    case 'instant':
      return over(8)
    default:
      return overText
  }
}

function over(bytes: number): Step {
  return place => {
    place.at += bytes
  }
}

function overText(place: Place): void {
  const length = place.varint()
  place.at += length
}

const overNullable =
  (step: Step): Step =>
  place => {
    if (place.uint8() === 0) step(place)
  }

/** Each item takes a byte or more, so a count that is none ends with the bytes. */
const overItems =
  (step: Step): Step =>
  place => {
    for (let left = place.varint(); left > 0 && place.isInside; left--) step(place)
  }

const inTurn =
  (steps: readonly Step[]): Step =>
  place => {
    for (let index = 0; index < steps.length; index++) steps[index]!(place)
  }
