/** A door that stands open: for ten minutes a warning, for half an hour critical; on the way at once. */
export interface Door {
  /** The last that was said of it. */
  readonly saidAt: number
  /** Null: it is closed. */
  readonly openedAt: number | null
  readonly severity: 'WARNING' | 'CRITICAL' | null
}

export const DOOR_OPEN_MS = { warning: 600_000, critical: 1_800_000 } as const

export const doorSeverity = (
  openedAt: number,
  now: number,
  isUnderWay: boolean,
): 'WARNING' | 'CRITICAL' | null => {
  const openMs = now - openedAt
  if (openMs >= DOOR_OPEN_MS.critical) return 'CRITICAL'
  return isUnderWay || openMs >= DOOR_OPEN_MS.warning ? 'WARNING' : null
}

/** When time alone makes it graver; Infinity: no more. */
export const doorDueAt = (openedAt: number, now: number): number => {
  const steps = [DOOR_OPEN_MS.warning, DOOR_OPEN_MS.critical].map(span => openedAt + span)
  return steps.find(at => at > now) ?? Infinity
}
