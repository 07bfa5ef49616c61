/**
 * Whether an amount is so far above the usual one that it is remembered of the customer. A stolen
 * card is seldom used once: of the next amounts, fewer are taken for what they seem. The weight of
 * those remembered halves in three days.
 */
export const ANOMALY_Z = 3
export const ANOMALY_HALF_LIFE_DAYS = 3

export const isAnomalous = (amountZ: number | null): boolean =>
  amountZ !== null && amountZ > ANOMALY_Z
