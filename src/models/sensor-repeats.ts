/**
 * Whether a sensor is stuck: it repeats one value to the last digit, where even a good fridge
 * wanders. Twelve readings without any variance are held against it.
 */

export interface SensorRepeats {
  readonly value: number
  /** Readings in a row with this value. */
  readonly count: number
  readonly since: number
}

export const STUCK_READINGS = 12

/** One reading further. The count stays where it is once the sensor is stuck. */
export const repeatsAfter = (
  before: SensorRepeats | null,
  value: number,
  at: number,
): SensorRepeats => {
  if (before === null || before.value !== value) return { value, count: 1, since: at }
  return before.count < STUCK_READINGS ? { ...before, count: before.count + 1 } : before
}

export const isStuck = (repeats: SensorRepeats | null): boolean =>
  repeats !== null && repeats.count >= STUCK_READINGS
