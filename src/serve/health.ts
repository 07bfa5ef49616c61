/** How a process fares, as those who watch over it ask: restart it? send it work? */
export interface Health {
  /** It makes progress. One that does not should be started again. */
  readonly live: boolean
  /** It is connected and caught up, so that what it answers is the present. */
  readonly ready: boolean
  /** Why not, one sentence each; empty where all is well. */
  readonly reasons: readonly string[]
}
