import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Heap } from './heap.ts'

test('what is held comes out least first, whatever is pushed between', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer({ min: 0, max: 30 })), { maxLength: 80, size: 'max' }),
      steps => {
        const held = new Heap<number>((a, b) => a < b)
        let model: number[] = []
        for (const step of steps) {
          if (step === null) expect(held.take()).toBe(model.shift())
          else {
            held.push(step)
            model = [...model, step].sort((a, b) => a - b)
          }
          expect(held.first()).toBe(model[0])
          expect(held.size).toBe(model.length)
          expect([...held.all()].sort((a, b) => a - b)).toEqual(model)
        }
      },
    ),
    { numRuns: 150 },
  )
})
