/**
 * Who a visitor turned out to be, one after the other, as on a computer that several people use.
 *
 *     guest orders     o1      o2             o3            o4
 *     logins               anna     anna          ben
 *     turns         [ anna ........ anna ] [ .... ben ] [ nobody yet
 *
 * What a guest did belongs to whom the visitor turns out to be next. So a turn reaches from the end
 * of the one before it to the last login of its user, and what comes after the last turn waits.
 */
export interface Turn {
  readonly userId: string
  /** The login that began it, in ms. With the visitor it names the turn. */
  readonly since: number
  /** The last login of it: what a guest did until then, and after the turn before, is the user's. */
  readonly until: number
}

/** The turn that something done at a moment belongs to; -1 while it waits. */
export const turnIndexAt = (turns: readonly Turn[], at: number): number =>
  turns.findIndex(({ until }) => at <= until)

/**
 * The turns with one more login: a turn of the user is prolonged, or another one begins. Of a turn
 * its first and its last login are known alone. So where somebody else's login comes late, and falls
 * into a turn, all that was done before it in that turn is somebody else's from then on.
 *
 * @param begin makes a turn that begins, and ends for now, at the login
 */
export const withLogin = <T extends Turn>(
  turns: readonly T[],
  { userId, at }: { readonly userId: string; readonly at: number },
  begin: () => T,
): readonly T[] => {
  const next = turnIndexAt(turns, at)
  if (turns[next]?.userId === userId) return turns
  const place = next < 0 ? turns.length : next
  const before = turns[place - 1]
  if (before?.userId !== userId) return turns.toSpliced(place, 0, begin())
  return turns.with(place - 1, { ...before, until: at })
}
