import type { EngineFields } from '../arrival.ts'
import { MillraceError } from '../errors.ts'
import type { Agreement } from '../pipeline.ts'
import type { ReferenceTable } from './reference-table.ts'

/** Groups that are remembered; those beyond are not checked unless they are listed. */
const GROUPS_MAX = 10_000

type Fields = EngineFields & Readonly<Record<string, unknown>>

/**
 * What the records of a group must agree on, such as the currency of a market: what a reference
 * topic lists, else what the group's first record had.
 */
export class Agreements {
  readonly #agreed = new Map<string, string>()
  #fresh: string[] = []

  /** Null where the record agrees, or is the first of its group. */
  breach(
    rule: Agreement,
    event: EngineFields,
    listed: ReferenceTable | undefined,
  ): MillraceError | null {
    const fields = event as Fields
    const group = (fields[rule.within] as string | null) ?? ''
    const found = fields[rule.field] as string | null
    if (found === null) return null
    const expected = listedValue(listed, group, rule.field) ?? this.#agreedOn(group, found)
    if (expected === found) return null
    return new MillraceError(
      'CURRENCY_CONFLICT',
      `${rule.within} ${group === '' ? '(none)' : group} has ${rule.field} ${expected}, and this ` +
        `record has ${found}. Convert it or give it a ${rule.within} of its own, and redrive.`,
    )
  }

  /** Groups that were first met since the last commit, with what they agreed on. */
  commit(): [group: string, value: string][] {
    const fresh = this.#fresh.map(group => [group, this.#agreed.get(group)!] as [string, string])
    this.#fresh = []
    return fresh
  }

  snapshot(): Iterable<readonly [group: string, value: string]> {
    return this.#agreed
  }

  load(group: string, value: string): void {
    this.#agreed.set(group, value)
  }

  #agreedOn(group: string, found: string): string {
    const known = this.#agreed.get(group)
    if (known !== undefined || this.#agreed.size >= GROUPS_MAX) return known ?? found
    this.#agreed.set(group, found)
    this.#fresh.push(group)
    return found
  }
}

const listedValue = (
  table: ReferenceTable | undefined,
  group: string,
  field: string,
): string | null => {
  const row = table?.get(group) as Fields | undefined
  return (row?.[field] as string | null | undefined) ?? null
}
