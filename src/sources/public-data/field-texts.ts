/** Values from the text of a field. They throw a `BrokenField`. */
import { expected } from './broken-field.ts'

export const wholeNumberOf = (text: string): number => {
  const value = /^-?\d{1,15}(\.0+)?$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(value)) throw expected('a whole number', text)
  return value === 0 ? 0 : value
}

export const numberOf = (text: string): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(value)) throw expected('a number', text)
  return value
}

/** An identifier that must be there. */
export const nameOf = (text: string): string => {
  const name = text.trim()
  if (name === '') throw expected('a name', text)
  return name
}

/** An identifier, or null where the field is empty. `17850.0` is what programs make of 17850. */
export const idOrNull = (text: string): string | null => text.trim().replace(/\.0$/, '') || null
