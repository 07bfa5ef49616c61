import { partitionOf } from '../hash.ts'

/**
 * The share of an application that runs as one: a task of each pipeline, and the source partitions
 * that it reads. See docs/decisions/0026.
 */
export interface Slice {
  readonly index: number
  /** Never changes for the state of an application. */
  readonly count: number
  /** Whether the exchange may bring a record twice: without transactions it does, after a crash. */
  readonly repeats?: boolean
}

/**
 * Where records may come twice, so many commits of a slice are under way at the most: a crash cuts off no
 * more of them.
 */
export const COMMITS_UNDER_WAY_MAX = 8

/** All of the application, as embedded. */
export const WHOLE: Slice = { index: 0, count: 1 }

/** Whose state a key is in. */
export const sliceOfKey = (key: string, count: number): number =>
  count === 1 ? 0 : partitionOf(key, count)

/** Who reads a source partition. */
export const sliceOfSource = (partition: number, count: number): number => partition % count
