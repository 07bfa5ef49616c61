import type { ChangelogEntry } from '../commit.ts'

/**
 * Part of what a pipeline keeps as a whole, beside its keys. It is saved with the first task, under
 * `<kind>:<name>`.
 */
export interface SharedPart {
  readonly kind: SharedKind
  /** What changed since the last commit. */
  commit(): Iterable<ChangelogEntry>
  /** All of it, as of the last commit. */
  snapshot(): Iterable<ChangelogEntry>
  /** Takes one entry back, by its name without the kind; in the order of writing. */
  load(name: string, value: Buffer): void
}

/**
 * m: watermarks and counters, r: reference records, a: agreements, d: remembered ids, x: what came
 * over the exchange.
 */
export type SharedKind = 'm' | 'r' | 'a' | 'd' | 'x'
