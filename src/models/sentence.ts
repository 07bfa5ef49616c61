/**
 * A reason's sentence with its numbers in it: `{name}` becomes the number, to one decimal. What is
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
  typeof number === 'number' ? `${Math.round(number * 10) / 10}` : 'an unknown number'
