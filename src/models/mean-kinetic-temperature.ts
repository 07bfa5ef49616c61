/**
 * The mean kinetic temperature: the constant temperature that would have done the same harm to goods
 * that decay faster when warm (Arrhenius), so more than the mean.
 *
 *     MKT = (ΔH/R) / -ln( Σ spanᵢ · exp(-(ΔH/R)/Tᵢ) / Σ spanᵢ ),    Tᵢ in K
 *
 * USP <1160>, with ΔH = 83.144 kJ/mol, so ΔH/R = 10,000 K. The exponentials are taken relative to a
 * reference temperature, which cancels out: as they stand they are about 1e-16, and sums of them
 * would lose digits. Between two readings the harm is taken as the mean of the harm at both.
 */

export interface ThermalHarm {
  /** Harm done, in ms at the reference temperature. */
  readonly harmMs: number
  /** How long that took, in ms. */
  readonly spanMs: number
}

export const NO_HARM: ThermalHarm = { harmMs: 0, spanMs: 0 }

/** ΔH/R. */
export const DECAY_K = 10_000
export const ZERO_C_IN_K = 273.15
/** What harm is relative to. */
export const REFERENCE_K = ZERO_C_IN_K + 5

/** @param spanMs how long it took from `fromC` to `toC`; for a constant temperature they are equal */
export const withThermalHarm = (
  { harmMs, spanMs: before }: ThermalHarm,
  fromC: number,
  toC: number,
  spanMs: number,
): ThermalHarm => ({
  harmMs: harmMs + ((harmRate(fromC) + harmRate(toC)) / 2) * spanMs,
  spanMs: before + spanMs,
})

/** In °C; null where no time has passed. */
export const meanKineticTemperatureC = ({ harmMs, spanMs }: ThermalHarm): number | null =>
  spanMs > 0 ? DECAY_K / (DECAY_K / REFERENCE_K - Math.log(harmMs / spanMs)) - ZERO_C_IN_K : null

/** How fast harm is done, relative to the reference temperature. */
const harmRate = (temperatureC: number): number =>
  Math.exp(DECAY_K / REFERENCE_K - DECAY_K / (temperatureC + ZERO_C_IN_K))
