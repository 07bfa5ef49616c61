/** The name that somebody may have meant: the nearest, where it is near enough to be worth saying. */
export const suggestionFor = (name: string, names: readonly string[]): string | undefined => {
  const near = names
    .map(candidate => ({ candidate, edits: editsBetween(plain(name), plain(candidate)) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, Math.floor(candidate.length / 4)))
    .sort((a, b) => a.edits - b.edits)
  return near[0]?.candidate
}

/** `occurred_at` is `occurredAt` to everybody but a program. */
const plain = (name: string): string => name.slice(0, NAME_MAX).toLowerCase().replace(/[-_ ]/g, '')

const NAME_MAX = 64

/** Levenshtein's distance, one row at a time. */
const editsBetween = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
