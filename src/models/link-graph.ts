/**
 * Who is linked with whom: customers, and the devices, cards and addresses that their orders share.
 *
 *   anna -- phone -- ben -- visa -- carl        one component of three customers
 *
 * A forest of disjoint sets (Tarjan 1975): each node points towards the one that stands for its
 * component, by size, with path halving. Links are made and never undone, so a graph is of one span of
 * time, and another is begun beside it; that is the caller's. What very many customers share links
 * nobody (a till, a parcel shop, an office): from the customer on who makes it a hub, nothing is joined
 * through it. Part 4.1 of the reference.
 */
import { FRAUD_BASE_RATE } from './fraud-points.ts'
import type { KnownLabel } from './label-risk.ts'

/** With more customers than this a place is a hub. */
export const HUB_CUSTOMERS = 25

export interface LinkNode {
  /** Towards the node that stands for all; null: this one does. */
  readonly parent: string | null
  /** Of the component, where this node stands for it; else nothing. */
  readonly nodes: number
  readonly customers: number
  /** Orders of the component of which it became known what they were, and frauds among them. */
  readonly labels: number
  readonly frauds: number
  readonly isCustomer: boolean
  readonly isHub: boolean
  /** Of a place that is no hub: the customers whose orders it was part of. */
  readonly customersHere: readonly string[]
  /** Frauds among the node's own orders. */
  readonly ownFrauds: number
}

/** Where nodes are kept, by name. */
export interface Links {
  get(name: string): LinkNode | undefined
  set(name: string, node: LinkNode): void
  /** A node that is not there; null where there is room for no more. */
  add(name: string): LinkNode | null
}

/** What an order links. A guest is known by the card. */
export interface LinkedOrder {
  readonly customer: string
  /** Devices, cards, addresses. */
  readonly places: readonly string[]
}

export interface Component {
  /** All that the order would be linked with, the customer included. */
  readonly customers: number
  /** (f + 2 base rate) / (n + 2): f frauds among n orders of which it is known. */
  readonly risk: number
  /**
   * 1: a confirmed fraud had the customer or one of the places; 2: one of the places is shared with a
   * customer who had one; null: neither.
   */
  readonly fraudHops: 1 | 2 | null
}

export const newLinkNode = (isHub: boolean): LinkNode => ({
  parent: null,
  nodes: 1,
  customers: 0,
  labels: 0,
  frauds: 0,
  isCustomer: false,
  isHub,
  customersHere: [],
  ownFrauds: 0,
})

const PRIOR_LABELS = 2

/** What is known before the order is linked; hubs say nothing. */
export const componentOf = (links: Links, { customer, places }: LinkedOrder): Component => {
  const roots: string[] = []
  let [customers, labels, frauds] = [links.get(customer)?.isCustomer ? 0 : 1, 0, 0]
  for (const name of [customer, ...places]) {
    const node = links.get(name)
    if (node === undefined || node.isHub) continue
    const root = rootOf(links, name)
    if (roots.includes(root)) continue
    roots.push(root)
    const all = links.get(root)!
    customers += all.customers
    labels += all.labels
    frauds += all.frauds
  }
  const risk = (frauds + PRIOR_LABELS * FRAUD_BASE_RATE) / (labels + PRIOR_LABELS)
  // A fraud within two steps is one of the component.
  const fraudHops = frauds > 0 ? hopsToFraud(links, customer, places) : null
  return { customers, risk, fraudHops }
}

const hopsToFraud = (links: Links, customer: string, places: readonly string[]): 1 | 2 | null => {
  const nodes = [customer, ...places].map(name => links.get(name))
  if (nodes.some(node => node && !node.isHub && node.ownFrauds > 0)) return 1
  const hasFraud = (other: string): boolean => (links.get(other)?.ownFrauds ?? 0) > 0
  return nodes.some(node => node?.customersHere.some(hasFraud)) ? 2 : null
}

/** Joins what the order links. What there is no room for is left out. */
export const linkOrder = (links: Links, { customer, places }: LinkedOrder): void => {
  if (!isThere(links, customer)) return
  noteCustomer(links, customer)
  for (const place of places) {
    if (isThere(links, place) && isShared(links, place, customer)) unite(links, customer, place)
  }
}

/** Counts what became known of an order; nothing fades here, so a label that turns is taken back whole. */
export const labelOrder = (
  links: Links,
  { customer, places }: LinkedOrder,
  { isFraud, wasFraud }: KnownLabel,
): void => {
  const addedFrauds = +isFraud - +(wasFraud ?? false)
  const addedLabels = +(wasFraud === null)
  let isCounted = false
  for (const name of [customer, ...places]) {
    const node = links.get(name)
    if (node === undefined || node.isHub) continue
    if (addedFrauds !== 0) {
      links.set(name, { ...node, ownFrauds: Math.max(0, node.ownFrauds + addedFrauds) })
    }
    if (isCounted) continue
    isCounted = true
    const root = rootOf(links, name)
    const all = links.get(root)!
    const frauds = Math.max(0, all.frauds + addedFrauds)
    links.set(root, { ...all, labels: all.labels + addedLabels, frauds })
  }
}

const isThere = (links: Links, name: string): boolean =>
  links.get(name) !== undefined || links.add(name) !== null

const noteCustomer = (links: Links, name: string): void => {
  const node = links.get(name)!
  if (node.isCustomer) return
  links.set(name, { ...node, isCustomer: true })
  const root = rootOf(links, name)
  const all = links.get(root)!
  links.set(root, { ...all, customers: all.customers + 1 })
}

/** Notes the customer at a place; whether the place joins them. */
const isShared = (links: Links, place: string, customer: string): boolean => {
  const node = links.get(place)!
  if (node.isHub || node.customersHere.includes(customer)) return !node.isHub
  const isHub = node.customersHere.length >= HUB_CUSTOMERS
  const customersHere = isHub ? [] : [...node.customersHere, customer]
  links.set(place, { ...node, isHub, customersHere })
  return !isHub
}

const unite = (links: Links, one: string, other: string): void => {
  const [a, b] = [halvedRootOf(links, one), halvedRootOf(links, other)]
  if (a === b) return
  const isLess = links.get(a)!.nodes < links.get(b)!.nodes
  const [winner, loser] = isLess ? [b, a] : [a, b]
  const [more, less] = [links.get(winner)!, links.get(loser)!]
  links.set(loser, { ...less, parent: winner, nodes: 0, customers: 0, labels: 0, frauds: 0 })
  links.set(winner, {
    ...more,
    nodes: more.nodes + less.nodes,
    customers: more.customers + less.customers,
    labels: more.labels + less.labels,
    frauds: more.frauds + less.frauds,
  })
}

/** A node whose parent is gone stands for itself: graphs end row by row. */
const rootOf = (links: Links, name: string): string => {
  let at = name
  for (;;) {
    const parent = links.get(at)?.parent ?? null
    if (parent === null || links.get(parent) === undefined) return at
    at = parent
  }
}

/** On the way each second node is made to point at its grandparent. */
const halvedRootOf = (links: Links, name: string): string => {
  let at = name
  for (;;) {
    const node = links.get(at)!
    const parent = node.parent === null ? undefined : links.get(node.parent)
    if (parent === undefined) return at
    if (parent.parent === null || links.get(parent.parent) === undefined) return node.parent!
    links.set(at, { ...node, parent: parent.parent })
    at = parent.parent
  }
}
