/** What of a round of a live run is still to come, and who waits for it. */

/** Each fails with what the round, or one before it, failed with. */
export interface RoundUnderWay {
  /** Its commit begins: another round may be taken in, which waits with its own. */
  readonly hasBegun: Promise<void>
  /** The next commit may begin. */
  readonly mayFollow: Promise<void>
  /** All is lasting, and what was to be done then is done. */
  readonly isOver: Promise<void>
}

export const OVER: RoundUnderWay = {
  hasBegun: Promise.resolve(),
  mayFollow: Promise.resolve(),
  isOver: Promise.resolve(),
}

/** Like `work`; but what fails meanwhile is known at once. */
export const unless = (isOver: Promise<void>, work: Promise<void>): Promise<void> =>
  Promise.race([work, isOver.then(() => work)])

/** Whoever waits hears of a failure; where nobody does any more, the run has ended. */
export const watched = (round: RoundUnderWay): RoundUnderWay => {
  for (const settled of Object.values(round)) settled.catch(() => {})
  return round
}
