/** How a login or an erasure changes what is kept of a visitor. */
import type { Instant } from '../engine/time.ts'
import { withLogin } from '../models/visitor-turns.ts'
import { dropOrdersIn, joinedSettled } from './identity-merges-orders.ts'
import { type IdentityState, TURNS_MAX, type VisitorTurn } from './identity-merges-state.ts'

interface Login {
  readonly userId: string
  readonly at: number
}

/** One that comes late from before an erasure is nobody's: it might name the erased person again. */
export const noteLogin = (login: Login, state: IdentityState): void => {
  if (login.at <= (state.erasedAt.get() ?? Number.NEGATIVE_INFINITY)) return
  const known = state.turns.get()
  const turns = withLogin(known, login, () => turnOf(login))
  if (turns === known) return
  state.turns.set([...turns])
  if (turns.at(-1)!.until === login.at) takeWaiting(state)
  if (turns.length > TURNS_MAX) dropTurn(0, state)
}

const turnOf = ({ userId, at }: Login): VisitorTurn => ({
  userId,
  since: at,
  until: at,
  revision: 0,
  settled: null,
})

/** What was settled since the turn before is the last turn's. */
const takeWaiting = ({ turns, waiting }: IdentityState): void => {
  const settled = waiting.get()
  if (settled === null) return
  const last = turns.get().at(-1)!
  turns.set(turns.get().with(-1, { ...last, settled: joinedSettled(last.settled, settled) }))
  waiting.set(null)
}

const dropTurn = (index: number, state: IdentityState): void => {
  dropOrdersIn(index, state)
  state.turns.set(state.turns.get().toSpliced(index, 1))
}

interface Erased {
  readonly userId: string
  readonly occurredAt: Instant
}

/**
 * Forgets the turns of a person who is erased, and what they did since, if they were the last. Where
 * nobody else is left, it is all that was known of the visitor. The moment is kept, so that nobody
 * else gets what comes late from before it.
 */
export const eraseTurns = ({ userId, occurredAt }: Erased, state: IdentityState): void => {
  const { turns, orders, waiting, erasedAt } = state
  const isLast = turns.get().at(-1)?.userId === userId
  for (let index = turns.get().length - 1; index >= 0; index--) {
    if (turns.get()[index]!.userId === userId) dropTurn(index, state)
  }
  if (turns.get().length === 0) orders.clear()
  else if (isLast) dropOrdersIn(-1, state)
  if (turns.get().length === 0 || isLast) waiting.clear()
  erasedAt.set(Math.max(occurredAt, erasedAt.get() ?? occurredAt))
}
