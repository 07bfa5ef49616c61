/**
 * The graph of what customers share. One key has all of it, so one task does all of its work.
 *
 *   day 0         30          60          90
 *   |-- graph 0 -- read here --|
 *               |-- graph 1 -- read here --|
 *
 * A graph takes orders for 60 days, and is read in its second half: so what is read knows 30 to 60 days.
 */
import { hashHex } from '../engine/hash.ts'
import { days } from '../engine/time.ts'
import type { FraudOutcome } from '../events.ts'
import {
  type Component,
  componentOf,
  type LinkedOrder,
  type LinkNode,
  type Links,
  labelOrder,
  linkOrder,
  newLinkNode,
} from '../models/link-graph.ts'
import type { Attempt } from './fraud-attempts.ts'
import type { LinkRow } from './fraud-link-cells.ts'
import type { FraudContext, FraudState } from './fraud-state.ts'

/** After so long another graph begins. */
export const GRAPH_SPAN_MS = days(30)
/** Of one graph; two are kept. Further orders are linked by what is there already. */
export const LINK_NODES_MAX = 1_000_000
/** Graphs end bit by bit: a million rows at one moment would hold all else up. */
const END_SPREAD_MS = days(3)
/** Longer ids are hashed, so that no row is large. */
const ID_LENGTH_MAX = 64

type Linked = Pick<FraudOutcome, 'userId' | 'instrumentId' | 'deviceId' | 'shippingAddressId'>

/** Null: the order links nothing. A guest is known by the card. */
const linkedBy = (order: Linked): LinkedOrder | null => {
  const { userId, instrumentId, deviceId, shippingAddressId } = order
  const card = nodeOf('i', instrumentId)
  const customer = nodeOf('u', userId) ?? card
  if (customer === null) return null
  const places = [nodeOf('d', deviceId), card, nodeOf('a', shippingAddressId)].filter(
    place => place !== null && place !== customer,
  ) as string[]
  return places.length === 0 ? null : { customer, places }
}

const nodeOf = (kind: 'u' | 'd' | 'i' | 'a', id: string | null): string | null =>
  id === null ? null : `${kind}:${id.length > ID_LENGTH_MAX ? hashHex(id) : id}`

/** The one key of the graph; null for what links nothing. */
export const graphOf = (order: Linked): 'all' | null => (linkedBy(order) === null ? null : 'all')

/** Answers first and learns then. */
export const linksBefore = (attempt: Attempt, context: FraudContext): Component | null => {
  const { userId, deviceId, placed } = attempt
  const instrumentId = placed?.instrumentId ?? null
  const shippingAddressId = placed?.addressId ?? null
  const linked = linkedBy({ userId, deviceId, instrumentId, shippingAddressId })
  if (linked === null) return null
  const graphs = new GraphsOfStep(context)
  const component = componentOf(graphs.older, linked)
  linkOrder(graphs.older, linked)
  linkOrder(graphs.newer, linked)
  graphs.save()
  return component
}

type Known = Linked & Pick<FraudOutcome, 'isFraud' | 'wasFraud'>

/** An order that turned out to be fraud is linked in both, in whichever it was placed. */
export const learnLinked = (outcome: Known, context: FraudContext): void => {
  const linked = linkedBy(outcome)
  if (linked === null) return
  const graphs = new GraphsOfStep(context)
  for (const graph of [graphs.older, graphs.newer]) {
    if (outcome.isFraud) linkOrder(graph, linked)
    labelOrder(graph, linked, outcome)
  }
  graphs.save()
}

type Which = 'older' | 'newer'

/** A node in both graphs; null where it is in one alone. */
interface Pair {
  older: LinkNode | null
  newer: LinkNode | null
}

/** Both graphs during one step: a row is looked up once, and written once. */
class GraphsOfStep {
  readonly older: Links = this.#graph('older')
  readonly newer: Links = this.#graph('newer')
  readonly #number: number
  readonly #state: FraudState
  readonly #pairs = new Map<string, Pair>()
  readonly #changed = new Set<string>()

  constructor({ state, now }: FraudContext) {
    this.#number = Math.floor(now / GRAPH_SPAN_MS) - 1
    this.#state = state
  }

  save(): void {
    for (const name of this.#changed) {
      const pair = this.#pairs.get(name)!
      const endsAt = (this.#number + (pair.newer === null ? 2 : 3)) * GRAPH_SPAN_MS
      const row = { graph: this.#number, older: pair.older, newer: pair.newer } as LinkRow
      this.#state.links.set(name, row, endsAt + spreadOf(name))
    }
  }

  #graph(which: Which): Links {
    const set = (name: string, node: LinkNode): void => {
      this.#pair(name)[which] = node
      this.#changed.add(name)
    }
    return {
      get: name => this.#pair(name)[which] ?? undefined,
      set,
      add: name => {
        if (!this.#takesRoom(which)) return null
        // What was a hub in the graph before is one from the start.
        const node = newLinkNode(which === 'newer' && this.#pair(name).older?.isHub === true)
        set(name, node)
        return node
      },
    }
  }

  #pair(name: string): Pair {
    const known = this.#pairs.get(name)
    if (known !== undefined) return known
    const pair = pairFrom(this.#state.links.get(name), this.#number)
    this.#pairs.set(name, pair)
    return pair
  }

  #takesRoom(which: Which): boolean {
    const { linkNodes } = this.#state
    const nodes = nodesFrom(linkNodes.get(), this.#number)
    if (nodes[which] >= LINK_NODES_MAX) return false
    linkNodes.set({ ...nodes, [which]: nodes[which] + 1 })
    return true
  }
}

/** As of a later graph, where time has gone on. */
const pairFrom = (row: LinkRow | undefined, graph: number): Pair => {
  if (row?.graph === graph) return { older: row.older, newer: row.newer }
  return { older: row?.graph === graph - 1 ? row.newer : null, newer: null }
}

interface NodeCounts {
  readonly graph: number
  readonly older: number
  readonly newer: number
}

/** As of a later graph, where time has gone on. */
const nodesFrom = (counts: NodeCounts | null, graph: number): NodeCounts => {
  if (counts?.graph === graph) return counts
  return { graph, older: counts?.graph === graph - 1 ? counts.newer : 0, newer: 0 }
}

const spreadOf = (name: string): number => {
  let hash = 0
  for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0
  return ((hash >>> 0) / 2 ** 32) * END_SPREAD_MS
}
