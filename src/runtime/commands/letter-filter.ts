import { ERRORS } from '../../engine/errors.ts'
import { suggestionFor } from '../../engine/schema/suggestion.ts'
import { topics } from '../../events.ts'
import { pipelines } from '../../pipelines/index.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { UsageError } from '../command-line/usage-error.ts'
import type { NumberedLetter } from '../dead-letters/letters.ts'

interface Wanted {
  readonly option: 'code' | 'topic' | 'pipeline'
  readonly value: string
  readonly nameIn: (letter: NumberedLetter['letter']) => string | null
  /** The names of the house, and those of the letters that came by: pipelines may be one's own. */
  readonly known: Set<string>
}

/** Which letters are asked for, by `--code`, `--topic` and `--pipeline`. */
export class LetterFilter {
  readonly #wanted: readonly Wanted[]

  constructor(args: Arguments) {
    this.#wanted = FILTERS.flatMap(({ option, nameIn, known }) => {
      const value = args.text(option)
      return value === undefined ? [] : [{ option, value, nameIn, known: new Set(known()) }]
    })
  }

  lets({ letter }: NumberedLetter): boolean {
    let isWanted = true
    for (const { value, nameIn, known } of this.#wanted) {
      const name = nameIn(letter)
      if (name !== null) known.add(name)
      if (name !== value) isWanted = false
    }
    return isWanted
  }

  /** Where nothing was let through: a name that nothing bears was meant to be another. */
  refuseUnknown(): void {
    for (const { option, value, known } of this.#wanted) {
      if (!known.has(value)) throw unknown(option, value, [...known])
    }
  }
}

const FILTERS = [
  {
    option: 'code',
    nameIn: letter => letter.errorCode,
    known: () =>
      Object.keys(ERRORS).filter(code => ERRORS[code as keyof typeof ERRORS] === 'dead-letter'),
  },
  {
    option: 'topic',
    nameIn: letter => letter.topic,
    known: () => topics.map(({ name }) => name),
  },
  {
    option: 'pipeline',
    nameIn: letter => letter.pipelineId,
    known: () => pipelines.map(({ id }) => id),
  },
] as const satisfies readonly (Omit<Wanted, 'value' | 'known'> & { known: () => string[] })[]

const unknown = (option: string, value: string, known: readonly string[]): UsageError => {
  const near = suggestionFor(value, known)
  const hint = near ? `Did you mean ${near}?` : `There are ${known.join(', ')}`
  return new UsageError(`there is no ${option} ${value}. ${hint}`)
}
