import { MBG_NBD_SEED, type PurchaseParameters } from './mbg-nbd.ts'

/** By which one parameter is another one, so that what was learnt of forecasts does not hold. */
const MOVE_MIN = 1.1

/**
 * Whether rhythms have moved so far that errors of forecasts by the one say nothing of forecasts by the
 * other: any parameter by more than 10 %. Null stands for the seed.
 */
export const hasMovedFar = (
  former: PurchaseParameters | null,
  present: PurchaseParameters | null,
): boolean => {
  const [was, is] = [former ?? MBG_NBD_SEED, present ?? MBG_NBD_SEED]
  const names = ['r', 'alpha', 'a', 'b'] as const
  return names.some(name => Math.max(was[name] / is[name], is[name] / was[name]) > MOVE_MIN)
}
