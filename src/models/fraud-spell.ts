/**
 * The run of frauds that a merchant is in, as far as is known: frauds of which each was placed no
 * more than two weeks after another one. How long ago it began says how likely it is that it goes on.
 *
 * Frauds become known in any order. One that is more than two weeks before the run belongs to an
 * earlier one, and is left out. A fraud that is taken back ends a run only where it was all of it.
 */
export interface FraudSpell {
  /** When its first and its last fraud were placed, in ms. */
  readonly firstAt: number
  readonly lastAt: number
}

export const SPELL_GAP_MS = 14 * 86_400_000

export const spellWith = (spell: FraudSpell | null, placedAt: number): FraudSpell => {
  if (spell === null || placedAt > spell.lastAt + SPELL_GAP_MS) {
    return { firstAt: placedAt, lastAt: placedAt }
  }
  if (placedAt >= spell.firstAt && placedAt <= spell.lastAt) return spell
  if (placedAt > spell.lastAt) return { firstAt: spell.firstAt, lastAt: placedAt }
  return placedAt < spell.firstAt - SPELL_GAP_MS
    ? spell
    : { firstAt: placedAt, lastAt: spell.lastAt }
}

export const spellWithout = (spell: FraudSpell | null, placedAt: number): FraudSpell | null =>
  spell?.firstAt === placedAt && spell.lastAt === placedAt ? null : spell
