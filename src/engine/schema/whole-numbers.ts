/**
 * The whole numbers that every format of ours holds exactly. The Avro library goes astray below
 * -2^52 and above 2^53 - 2.
 */
export const LONG_MIN = -(2 ** 52)
export const LONG_MAX = 2 ** 53 - 2

export const isLong = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) <= LONG_MAX && (value as number) >= LONG_MIN

export const isInt = (value: unknown): value is number =>
  typeof value === 'number' && (value | 0) === value
