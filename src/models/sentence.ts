/**
 * A reason's sentence with its numbers in it: `{name}` becomes the number, to one decimal, or a text
 * such as `spanText` gives. What is not known is written so, and is never a zero.
 */
export const sentence = (template: string, numbers: object): string => {
  const pieces = piecesOf(template)
  let text = pieces[0]!
  for (let at = 1; at < pieces.length; at += 2) {
    const number = (numbers as Readonly<Record<string, unknown>>)[pieces[at]!]
    text += shown(number) + pieces[at + 1]!
  }
  return text
}

/** Texts and names in turn. Templates stand in the code, so there are few, and each is cut up once. */
const piecesOf = (template: string): readonly string[] => {
  const known = cutUp.get(template)
  if (known) return known
  const pieces = template.split(/\{(\w+)\}/)
  cutUp.set(template, pieces)
  return pieces
}
const cutUp = new Map<string, readonly string[]>()

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
