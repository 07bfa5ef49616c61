/** A bounded number of places, given out in the order in which they were asked for. */
export interface Slots<T> {
  take(): Promise<T>
  giveBack(place: T): void
}

export const slotsOf = <T>(places: readonly T[]): Slots<T> => {
  const free = [...places]
  const waiting: ((place: T) => void)[] = []
  return {
    async take() {
      const place = free.pop()
      return place ?? (await new Promise<T>(resolve => waiting.push(resolve)))
    },
    giveBack(place) {
      const next = waiting.shift()
      if (next) next(place)
      else free.push(place)
    },
  }
}
