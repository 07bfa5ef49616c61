/**
 * Counts of customers, in the order given by `compare` and with equal ones made one. A sum over them
 * then has the same bits however the customers were gathered, by shard or by day.
 */
export const inOneOrder = <Cell extends { readonly count: number }>(
  cells: readonly Cell[],
  compare: (x: Cell, y: Cell) => number,
): Cell[] => {
  const merged: Cell[] = []
  for (const cell of cells.filter(({ count }) => count > 0).sort(compare)) {
    const before = merged.at(-1)
    if (before === undefined || compare(before, cell) !== 0) merged.push(cell)
    else merged[merged.length - 1] = { ...before, count: before.count + cell.count }
  }
  return merged
}
