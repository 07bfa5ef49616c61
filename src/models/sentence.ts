/**
 * A reason's sentence with its numbers in it: `{name}` becomes the number, to one decimal, or a text
 * such as `spanText` gives. What is
 * not known is written so, and is never a zero.
 */
export const sentence = (template: string, numbers: object): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) =>
    shown((numbers as Readonly<Record<string, unknown>>)[name]),
  )

/** Names of the numbers that a sentence speaks of. */
export const numbersIn = (template: string): string[] =>
  [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)

const shown = (number: unknown): string =>
  typeof number === 'string'
    ? number
    : typeof number === 'number'
      ? `${Math.round(number * 10) / 10}`
      : 'an unknown number'

/** A length of time in words: in seconds below a minute, in minutes from there on. */
export const spanText = (spanMs: number): string =>
  spanMs < 60_000 ? `${shown(spanMs / 1_000)} s` : `${shown(spanMs / 60_000)} min`
