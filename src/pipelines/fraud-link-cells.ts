/** What is kept of the graph of shared things: a row per node, and how many there are. */
import {
  array,
  boolean,
  double,
  long,
  nullable,
  record,
  string,
  type ValueOf,
} from '../engine/form.ts'
import { rowsOf, value } from '../engine/state/index.ts'

export const linksForm = record({
  customers: long,
  risk: double,
  fraudHops: nullable(long),
})

const linkNode = record({
  parent: nullable(string),
  nodes: long,
  customers: long,
  labels: long,
  frauds: long,
  isCustomer: boolean,
  isHub: boolean,
  customersHere: array(string),
  ownFrauds: long,
})

/** A node in the graph that is read from, and in the one after it: half the rows that it would be apart. */
const linkRow = record({ graph: long, older: nullable(linkNode), newer: nullable(linkNode) })

export const linkCells = {
  links: rowsOf(linkRow, { bytesMax: 8_192 }),
  /** Nodes of either graph. */
  linkNodes: value(nullable(record({ graph: long, older: long, newer: long })), null),
}

/** No row is changed in place. */
export type LinkRow = ValueOf<typeof linkRow>
