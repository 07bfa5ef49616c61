/** Ordinary least squares, for what models are compared with. */

/**
 * The coefficients that leave the least squares, one for each column; null where the columns do not tell
 * them apart.
 *
 * @param rows regressors of each observation
 */
export const leastSquares = (
  rows: readonly (readonly number[])[],
  observed: readonly number[],
): readonly number[] | null => {
  const size = rows[0]?.length ?? 0
  const system = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0))
  rows.forEach((row, at) => {
    for (let i = 0; i < size; i++) {
      const equation = system[i]!
      const regressor = row[i]!
      for (let j = 0; j < size; j++) equation[j]! += regressor * row[j]!
      equation[size]! += regressor * observed[at]!
    }
  })
  return solved(system)
}

/** A pivot below this share of the largest number of its equation is rounding. */
const PIVOT_MIN = 1e-9

/** By Gauss and Jordan: each equation's coefficients, and then its right side. */
const solved = (system: number[][]): readonly number[] | null => {
  const size = system.length
  const scales = system.map((equation, i) => Math.abs(equation[i]!))
  for (let column = 0; column < size; column++) {
    const pivot = system[column]!
    if (!(Math.abs(pivot[column]!) > PIVOT_MIN * scales[column]!)) return null
    for (let row = 0; row < size; row++) {
      if (row === column) continue
      const share = system[row]![column]! / pivot[column]!
      for (let j = column; j <= size; j++) system[row]![j]! -= share * pivot[j]!
    }
  }
  return system.map((equation, i) => equation[size]! / equation[i]!)
}

/** Each column less its mean, which takes what is the same in all rows out. */
export const centred = (rows: readonly (readonly number[])[]): readonly (readonly number[])[] => {
  const means = (rows[0] ?? []).map((_, at) => meanOf(rows.map(row => row[at]!)))
  return rows.map(row => row.map((value, at) => value - means[at]!))
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
