import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FRAUD_BASE_RATE } from './fraud-points.ts'
import {
  type Component,
  componentOf,
  HUB_CUSTOMERS,
  type LinkedOrder,
  type LinkNode,
  type Links,
  labelOrder,
  linkOrder,
  newLinkNode,
} from './link-graph.ts'

const graphOf = (room = Infinity): Links & { readonly nodes: Map<string, LinkNode> } => {
  const nodes = new Map<string, LinkNode>()
  const set = (name: string, node: LinkNode) => {
    nodes.set(name, node)
  }
  const add = (name: string): LinkNode | null => {
    if (nodes.size >= room) return null
    set(name, newLinkNode(false))
    return nodes.get(name)!
  }
  return { nodes, get: name => nodes.get(name), set, add }
}

const order = (customer: string, ...places: string[]): LinkedOrder => ({ customer, places })
const riskOf = (frauds: number, labels: number): number =>
  (frauds + 2 * FRAUD_BASE_RATE) / (labels + 2)
const FRAUD = { isFraud: true, wasFraud: null }

describe('a chain of customers', () => {
  const graph = graphOf()
  linkOrder(graph, order('anna', 'phone', 'home'))
  linkOrder(graph, order('ben', 'phone', 'visa'))
  linkOrder(graph, order('carl', 'visa'))
  linkOrder(graph, order('dora', 'laptop'))

  test('is one component, with whoever comes', () => {
    expect(componentOf(graph, order('carl')).customers).toBe(3)
    expect(componentOf(graph, order('emil', 'home')).customers).toBe(4)
    expect(componentOf(graph, order('emil', 'home', 'laptop')).customers).toBe(5)
    expect(componentOf(graph, order('emil', 'elsewhere')).customers).toBe(1)
  })

  test('is as risky as what became of its orders, and near a fraud by what is shared', () => {
    labelOrder(graph, order('carl', 'visa'), FRAUD)
    labelOrder(graph, order('anna', 'phone', 'home'), { isFraud: false, wasFraud: null })
    expect(componentOf(graph, order('anna')).risk).toBe(riskOf(1, 2))
    const hops = (...asked: [string, ...string[]]) => componentOf(graph, order(...asked)).fraudHops
    expect(hops('carl')).toBe(1)
    expect(hops('emil', 'visa')).toBe(1)
    expect(hops('ben', 'phone')).toBe(null)
    linkOrder(graph, order('carl', 'phone'))
    expect(hops('emil', 'phone')).toBe(2)
    expect(hops('emil', 'home')).toBe(null)
    expect(hops('dora', 'laptop')).toBe(null)
    labelOrder(graph, order('carl', 'visa'), { isFraud: false, wasFraud: true })
    expect(componentOf(graph, order('carl'))).toEqual({
      customers: 3,
      risk: riskOf(0, 2),
      fraudHops: null,
    })
  })
})

test('the customer who makes a place a hub is not joined through it, nor is any later', () => {
  const graph = graphOf()
  for (let at = 0; at < HUB_CUSTOMERS; at++) linkOrder(graph, order(`customer ${at}`, 'till'))
  expect(componentOf(graph, order('next', 'till')).customers).toBe(HUB_CUSTOMERS + 1)
  linkOrder(graph, order('next', 'till'))
  expect(componentOf(graph, order('next')).customers).toBe(1)
  labelOrder(graph, order('next', 'till'), FRAUD)
  expect(componentOf(graph, order('last', 'till'))).toEqual({
    customers: 1,
    risk: riskOf(0, 0),
    fraudHops: null,
  })
  expect(componentOf(graph, order('customer 1')).customers).toBe(HUB_CUSTOMERS)
})

test('where there is no room, what is known is linked, and nothing is added', () => {
  const graph = graphOf(3)
  linkOrder(graph, order('anna', 'phone'))
  linkOrder(graph, order('ben', 'phone', 'visa'))
  linkOrder(graph, order('carl', 'phone'))
  expect([...graph.nodes.keys()]).toEqual(['anna', 'phone', 'ben'])
  expect(componentOf(graph, order('anna')).customers).toBe(2)
})

test('however components are joined, nobody is far from the node that stands for all', () => {
  const graph = graphOf()
  for (let at = 0; at < 500; at++) linkOrder(graph, order(`c${at}`, `p${at}`, `p${at + 1}`))
  const depthOf = (name: string): number => {
    const { parent } = graph.nodes.get(name)!
    return parent === null ? 0 : 1 + depthOf(parent)
  }
  expect(Math.max(...[...graph.nodes.keys()].map(depthOf))).toBeLessThan(4)
  expect(componentOf(graph, order('c0')).customers).toBe(500)
})

test('a node whose parent is gone stands for itself', () => {
  const graph = graphOf()
  for (const name of ['anna', 'ben', 'carl']) linkOrder(graph, order(name, 'phone'))
  const [root] = [...graph.nodes].find(([, { parent }]) => parent === null)!
  graph.nodes.delete(root)
  for (const name of graph.nodes.keys()) {
    expect(componentOf(graph, order(name)).customers).toBeLessThanOrEqual(1)
  }
  linkOrder(graph, order('ben', 'phone'))
  labelOrder(graph, order('ben', 'phone'), FRAUD)
})

/** Slow and obvious: groups are sets, and what became of orders is looked up. */
class Naive {
  readonly #here = new Map<string, Set<string>>()
  readonly #hubs = new Set<string>()
  #groups: Set<string>[] = []
  readonly #labels = new Map<LinkedOrder, boolean>()

  link({ customer, places }: LinkedOrder): void {
    this.#join([customer])
    for (const place of places) {
      this.#join([place])
      const here = this.#here.get(place) ?? new Set()
      this.#here.set(place, here.add(customer))
      if (here.size > HUB_CUSTOMERS) this.#hubs.add(place)
      if (!this.#hubs.has(place)) this.#join([customer, place])
    }
  }

  label(order: LinkedOrder, isFraud: boolean): boolean | null {
    const was = this.#labels.get(order) ?? null
    this.#labels.set(order, isFraud)
    return was
  }

  componentOf({ customer, places }: LinkedOrder): Component {
    const near = [customer, ...places.filter(place => !this.#hubs.has(place))]
    const all = new Set(
      this.#groups.filter(group => near.some(name => group.has(name))).flatMap(group => [...group]),
    )
    const isCustomer = (name: string): boolean => name.startsWith('c')
    const labels = [...this.#labels].filter(([order]) => all.has(order.customer))
    const frauds = labels.filter(([, isFraud]) => isFraud).map(([order]) => order)
    const isOfFraud = (name: string): boolean =>
      frauds.some(order => order.customer === name || order.places.includes(name))
    const isNear = near.some(name => [...(this.#here.get(name) ?? [])].some(isOfFraud))
    return {
      customers: [...all.add(customer)].filter(isCustomer).length,
      risk: riskOf(frauds.length, labels.length),
      fraudHops: near.some(isOfFraud) ? 1 : isNear ? 2 : null,
    }
  }

  #join(names: readonly string[]): void {
    const touched = this.#groups.filter(group => names.some(name => group.has(name)))
    this.#groups = this.#groups.filter(group => !touched.includes(group))
    this.#groups.push(new Set([...names, ...touched.flatMap(group => [...group])]))
  }
}

test('it is the graph that orders make, whatever they are', () => {
  const linked = fc.record({
    customer: fc.nat(39).map(at => `c${at}`),
    // The first few are shared by very many.
    places: fc.uniqueArray(fc.oneof(fc.nat(1), fc.nat(60)).map(String), { maxLength: 3 }),
  })
  const step = fc.record({ order: linked, label: fc.option(fc.boolean()), which: fc.nat(200) })
  const script = fc.array(step, { minLength: 40, maxLength: 160, size: 'max' })
  fc.assert(
    fc.property(script, script => {
      const graph = graphOf()
      const naive = new Naive()
      const orders: LinkedOrder[] = []
      for (const { order, label, which } of script) {
        expect(componentOf(graph, order)).toEqual(naive.componentOf(order))
        linkOrder(graph, order)
        naive.link(order)
        orders.push(order)
        if (label === null) continue
        const known = orders[which % orders.length]!
        const wasFraud = naive.label(known, label)
        labelOrder(graph, known, { isFraud: label, wasFraud })
      }
    }),
    { numRuns: 150 },
  )
})
