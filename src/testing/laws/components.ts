import type { EngineFields } from '../../engine/arrival.ts'
import type { AnyInput, Pipeline } from '../../engine/pipeline.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { Harness } from '../harness.ts'
import { isSend, type ScriptStep } from '../script.ts'
import { idsOf } from './forgotten-repeats.ts'

/**
 * Which records of a script have to do with each other, by number: those that share a key, a part
 * or an id. null for steps and reference records, which are everybody's.
 */
export const componentsOf = (
  pipeline: Pipeline,
  steps: readonly ScriptStep[],
): (number | null)[] => {
  const mill = new Harness([pipeline])
  const inputs = Object.values(pipeline.inputs)
  const groups = new Groups()
  const places = steps.map((step, index) => {
    if (!isSend(step)) return null
    const { event, failure, topic } = mill.decode(step)
    const own = inputs.filter(input => input.from.name === topic.name)
    if (own.length === 0 && failure === null) return null
    const place = `step ${index}`
    groups.join(place, place)
    if (event && failure === null) {
      for (const name of namesOf(topic, event, own)) groups.join(place, name)
    }
    return place
  })
  return places.map(place => (place === null ? null : groups.numberOf(place)))
}

const namesOf = (topic: AnyTopic, event: EngineFields, inputs: readonly AnyInput[]): string[] => {
  const names = idsOf(topic, event)
  for (const input of inputs) names.push(...addressesOf(input, event))
  return names
}

/** A key function that fails leaves the record with itself. */
const addressesOf = (input: AnyInput, event: EngineFields): string[] => {
  try {
    if (!(input.when?.(event) ?? true)) return []
    if (input.keys) return input.keys(event).map(key => `key ${key}`)
    if (!input.scatter) return [`key ${input.key!(event)}`]
    const parts = Object.entries(input.scatter(event)).filter(([, id]) => id != null)
    return [`gather ${input.gatherBy!(event)}`, ...parts.map(([part, id]) => `part ${part} ${id}`)]
  } catch {
    return []
  }
}

/** Names that were joined, directly or over others, are one group. */
class Groups {
  readonly #parents = new Map<string, string>()
  readonly #numbers = new Map<string, number>()

  join(a: string, b: string): void {
    const [rootA, rootB] = [this.#root(a), this.#root(b)]
    if (rootA !== rootB) this.#parents.set(rootB, rootA)
  }

  numberOf(name: string): number {
    const root = this.#root(name)
    const known = this.#numbers.get(root) ?? this.#numbers.size
    this.#numbers.set(root, known)
    return known
  }

  #root(name: string): string {
    let at = name
    for (;;) {
      const parent = this.#parents.get(at)
      if (parent === undefined) return at
      at = parent
    }
  }
}
