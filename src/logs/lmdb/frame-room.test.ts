import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameRoom } from './frame-room.ts'

const size = fc.oneof(
  { weight: 8, arbitrary: fc.nat(2_000) },
  { weight: 1, arbitrary: fc.integer({ min: 3 << 20, max: 5 << 20 }) },
)

test('what is written of one commit stays as it is until the room is cleared', () => {
  fc.assert(
    fc.property(fc.array(fc.array(size, { maxLength: 12 }), { maxLength: 6 }), commits => {
      const room = new FrameRoom()
      for (const sizes of commits) {
        room.clear()
        const taken = sizes.map((bytes, index) => room.take(bytes).fill(index + 1))
        taken.forEach((bytes, index) => {
          expect(bytes.length).toBe(sizes[index])
          expect(bytes.equals(Buffer.alloc(bytes.length, index + 1))).toBe(true)
        })
      }
    }),
    { numRuns: 50 },
  )
})

test('the room of one commit is that of the next', () => {
  const room = new FrameRoom()
  room.take(1_000)
  room.clear()
  const before = room.take(900)
  room.clear()
  expect(room.take(700).buffer).toBe(before.buffer)
})
