/**
 * What the client itself does not guard: a handle is taken down in a thread of the pool while calls of
 * it are under way in others, or come in from the event loop, and they use what is freed (node-rdkafka
 * 3.6.1 locks some calls and not `committed`, those of transactions, `pause` and `poll`). So each handle
 * has a gate: calls pass while it is open, and who closes it waits for those under way.
 */
import type { LibrdKafkaError } from 'node-rdkafka'

export type Done<T> = (error: LibrdKafkaError | null | undefined, value: T) => void

/** `ERR__STATE` of librdkafka. */
const CLOSED = { code: -172, message: 'the handle is being closed' }

export const isClosed = (error: unknown): boolean => error === CLOSED

class CallGate {
  #underWay = 0
  #isClosed = false
  #whenIdle: (() => void)[] = []

  get isClosed(): boolean {
    return this.#isClosed
  }

  enter(): void {
    this.#underWay++
  }

  leave(): void {
    if (--this.#underWay > 0) return
    for (const idle of this.#whenIdle.splice(0)) idle()
  }

  /** Resolves when no call is under way; it may be long, as clients wait for brokers. */
  close(): Promise<void> {
    this.#isClosed = true
    if (this.#underWay === 0) return Promise.resolve()
    return new Promise(resolve => this.#whenIdle.push(resolve))
  }
}

const gates = new WeakMap<object, CallGate>()

const gateOf = (handle: object): CallGate => {
  const known = gates.get(handle)
  if (known) return known
  const gate = new CallGate()
  gates.set(handle, gate)
  return gate
}

/**
 * A call of the client as a promise. It rejects with the client's own error, and at once where one of
 * the handles that it uses is being closed.
 */
export const asked = <T = void>(
  handles: object | readonly object[],
  start: (done: Done<T>) => void,
): Promise<T> => {
  const own = (Array.isArray(handles) ? handles : [handles]).map(gateOf)
  if (own.some(gate => gate.isClosed)) return Promise.reject(CLOSED)
  return new Promise((resolve, reject) => {
    for (const gate of own) gate.enter()
    const left = (): void => {
      for (const gate of own) gate.leave()
    }
    try {
      start((error, value) => {
        left()
        if (error) reject(error)
        else resolve(value)
      })
    } catch (error) {
      left()
      reject(error)
    }
  })
}

/** A call that returns at once; left out where the handle is being closed. */
export const ifOpen = (handle: object, call: () => void): void => {
  if (!gateOf(handle).isClosed) call()
}

/** No call begins from here on; resolves when none is under way any more. */
export const closeGate = (handle: object): Promise<void> => gateOf(handle).close()
