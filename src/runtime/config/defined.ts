/** The fields that have a value: an optional field is left out, not undefined. */
export type Defined<T> = { [Name in keyof T]: Exclude<T[Name], undefined> }

export const defined = <T extends object>(fields: T): Partial<Defined<T>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Defined<T>
  >
