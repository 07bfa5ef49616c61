import type fc from 'fast-check'
import type { Pipeline } from '../../engine/pipeline.ts'
import type { ScriptStep } from '../script.ts'
import type { Setting } from './playing.ts'

/** A law with a name; `check` throws, with the shortest script that breaks it. */
export interface Law {
  readonly name: string
  readonly check: () => void
}

export interface LawOptions extends Setting {
  /** Scripts per law. Default 100. */
  readonly runs?: number
  /** To see again what failed: the seed and the path that the failure names. */
  readonly seed?: number
  readonly path?: string
}

/** What each law is given. */
export interface Subject {
  readonly pipelines: readonly Pipeline[]
  readonly scripts: fc.Arbitrary<readonly ScriptStep[]>
  readonly setting: Setting
  /** Checks a property over `runs` examples. */
  readonly assert: <T extends [unknown, ...unknown[]]>(property: fc.IProperty<T>) => void
}
