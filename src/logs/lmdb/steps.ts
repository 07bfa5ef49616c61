/** Batches per step of cleaning: 16 MB as a rule, as only a large record makes a larger batch. */
export const STEP_BATCHES = 64

/** Lets other work of this process have its turn. */
export const nextTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
