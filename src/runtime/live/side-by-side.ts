/**
 * Does something for each, in their order, so many at a time. Fails as the first that fails, and
 * begins none after that.
 */
export const sideBySide = async <T>(
  max: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      try {
        await work(items[next++]!)
      } catch (error) {
        next = items.length
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(max, items.length) }, worker))
}
