import type { EngineFields } from '../arrival.ts'
import type { ChangelogEntry } from '../commit.ts'
import { MillraceError } from '../errors.ts'
import type { InputPlan } from './plan.ts'
import type { ReferenceTable } from './reference-table.ts'
import type { SharedPart } from './shared-part.ts'

/** Groups remembered per pipeline; those beyond are not checked unless they are listed. */
const GROUPS_MAX = 10_000

type Fields = EngineFields & Readonly<Record<string, unknown>>

/**
 * What the records of a group must agree on, such as the currency of a market: what a reference
 * topic lists, else what the group's first record had.
 */
export class Agreements implements SharedPart {
  readonly kind = 'a'
  readonly #tables: Readonly<Record<string, ReferenceTable>>
  /** `<input>:<group>` to the value. */
  readonly #agreed = new Map<string, string>()
  #fresh: string[] = []

  constructor(tables: Readonly<Record<string, ReferenceTable>>) {
    this.#tables = tables
  }

  /** Null where the record agrees, or is the first of its group. */
  breach(input: InputPlan, event: EngineFields): MillraceError | null {
    const rule = input.rules.agree
    if (!rule) return null
    const fields = event as Fields
    const found = fields[rule.field] as string | null
    if (found === null) return null
    const group = (fields[rule.within] as string | null) ?? ''
    const expected =
      this.#listed(rule.listedIn, group, rule.field) ?? this.#first(`${input.name}:${group}`, found)
    if (expected === found) return null
    return new MillraceError(
      'CURRENCY_CONFLICT',
      `${rule.within} ${group === '' ? '(none)' : group} has ${rule.field} ${expected}, and this ` +
        `record has ${found}. Convert it or give it a ${rule.within} of its own, and redrive.`,
    )
  }

  commit(): readonly ChangelogEntry[] {
    const fresh = this.#fresh.map(name => this.#entry(name))
    this.#fresh = []
    return fresh
  }

  snapshot(): readonly ChangelogEntry[] {
    return Array.from(this.#agreed.keys(), name => this.#entry(name))
  }

  load(name: string, value: Buffer): void {
    this.#agreed.set(name, value.toString())
  }

  #listed(table: string | undefined, group: string, field: string): string | null {
    if (table === undefined) return null
    const row = this.#tables[table]?.get(group) as Fields | undefined
    return (row?.[field] as string | null | undefined) ?? null
  }

  #first(name: string, found: string): string {
    const known = this.#agreed.get(name)
    if (known !== undefined || this.#agreed.size >= GROUPS_MAX) return known ?? found
    this.#agreed.set(name, found)
    this.#fresh.push(name)
    return found
  }

  #entry(name: string): ChangelogEntry {
    return { key: `a:${name}`, value: Buffer.from(this.#agreed.get(name)!) }
  }
}
