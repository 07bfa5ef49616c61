/**
 * Work that may take long, cut into pieces: it yields between two of them, so that whoever lets it run
 * can do something else meanwhile. It gives the same bits however long the breaks are.
 */
export type InPieces<Result> = Generator<undefined, Result, undefined>

/** Steps of a loop between two breaks, where each takes a tenth of a microsecond or two. */
export const STEPS_OF_A_PIECE = 8_192

/** All pieces at once. */
export const inOneGo = <Result>(work: InPieces<Result>): Result => {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
