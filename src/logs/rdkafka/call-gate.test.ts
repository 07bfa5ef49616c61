import { expect, test } from 'vitest'
import { asked, closeGate, type Done, ifOpen } from './call-gate.ts'

const isDone = async (promise: Promise<unknown>): Promise<boolean> => {
  const later = new Promise<false>(resolve => setImmediate(() => resolve(false)))
  return Promise.race([promise.then(() => true), later])
}

test('a handle is closed when the calls under way have returned, and not before', async () => {
  const handle = {}
  const returns: Done<string>[] = []
  const calls = [1, 2].map(() => asked<string>(handle, done => void returns.push(done)))
  const closed = closeGate(handle)
  returns[0]!(null, 'one')
  expect(await isDone(closed)).toBe(false)
  returns[1]!(null, 'two')
  expect(await isDone(closed)).toBe(true)
  expect(await Promise.all(calls)).toEqual(['one', 'two'])
})

test('a call counts for every handle that it uses', async () => {
  const [producer, consumer] = [{}, {}]
  let returned: Done<void> = () => {}
  const call = asked([producer, consumer], done => {
    returned = done
  })
  const closed = closeGate(consumer)
  expect(await isDone(closed)).toBe(false)
  returned(null)
  expect(await isDone(Promise.all([closed, call]))).toBe(true)
})

test('what is asked of a handle that is being closed is refused, and not begun', async () => {
  const handle = {}
  let begun = 0
  await closeGate(handle)
  await expect(asked(handle, () => begun++)).rejects.toMatchObject({ code: -172 })
  ifOpen(handle, () => begun++)
  expect(begun).toBe(0)
})

test('a call that fails, or that the client throws at, is over', async () => {
  const handle = {}
  await expect(asked(handle, done => done({ code: -185 } as never))).rejects.toEqual({ code: -185 })
  const thrown = asked(handle, () => {
    throw new Error('not connected')
  })
  await expect(thrown).rejects.toThrow('not connected')
  expect(await isDone(closeGate(handle))).toBe(true)
})
