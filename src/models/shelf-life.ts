/**
 * How much of their shelf life goods have used: the time they had, each hour weighed by how much faster they
 * decay than at 4 °C (Arrhenius, ΔH/R = 10,000 K). An hour at 10 °C counts as 2.148, one at 20 °C as 7.166.
 */
import { DECAY_K, REFERENCE_K, type ThermalHarm, ZERO_C_IN_K } from './mean-kinetic-temperature.ts'

/** The temperature that a shelf life is stated for, in °C. */
export const SHELF_LIFE_AT_C = 4

/** With less than this share left it is a warning; with none it is critical. */
export const SHELF_LIFE_WARNING_SHARE = 0.2

const HARM_TO_DOSE = Math.exp(DECAY_K / (ZERO_C_IN_K + SHELF_LIFE_AT_C) - DECAY_K / REFERENCE_K)

/** In ms at 4 °C. */
export const doseMs = ({ harmMs }: ThermalHarm): number => harmMs * HARM_TO_DOSE

export interface ShelfLife {
  readonly usedMs: number
  readonly allMs: number
}

export const shelfLifeSeverity = ({ usedMs, allMs }: ShelfLife): 'WARNING' | 'CRITICAL' | null => {
  if (usedMs >= allMs) return 'CRITICAL'
  return allMs - usedMs <= SHELF_LIFE_WARNING_SHARE * allMs ? 'WARNING' : null
}
