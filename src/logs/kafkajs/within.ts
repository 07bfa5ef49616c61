/** For closing: brokers that are away would be waited for much longer. */
export const within = async (waitMs: number, work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise(resolve => {
    timer = setTimeout(resolve, waitMs)
  })
  await Promise.race([work, expired])
  clearTimeout(timer)
}

export const allWithin = (
  waitMs: number,
  all: readonly { close(): Promise<void> }[],
): Promise<void> => within(waitMs, Promise.allSettled(all.map(one => one.close())))
