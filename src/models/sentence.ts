/**
 * A reason's sentence with its numbers in it: `{name}` becomes the number, to one decimal. What is
 * not known is written so, and is never a zero.
 */
export const sentence = (
  template: string,
  numbers: Readonly<Record<string, number | null | undefined>>,
): string => template.replace(/\{(\w+)\}/g, (_, name: string) => shown(numbers[name]))

/** Names of the numbers that a sentence speaks of. */
export const numbersIn = (template: string): string[] =>
  [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)

const shown = (number: number | null | undefined): string =>
  number === null || number === undefined ? 'an unknown number' : `${Math.round(number * 10) / 10}`
