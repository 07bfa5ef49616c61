/** How the laws play a script: with commits and crashes where they want them. */
import type { Limits } from '../../engine/application.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import { Harness } from '../harness.ts'
import { asJson, type Encode, playStep } from '../play-step.ts'
import { isSend, type ScriptStep } from '../script.ts'

export interface Setting {
  readonly partitions?: number
  readonly sourcePartitions?: number
  readonly limits?: Partial<Limits>
}

export interface Playing extends Setting {
  readonly pipelines: readonly Pipeline[]
  /** Records per commit. */
  readonly batchSize: number
  /** After how many steps to crash, each once; the steps since the last commit are done again. */
  readonly crashes?: Iterable<number>
  readonly encode?: Encode
}

/** A harness that has played the script and committed; the input has not ended. */
export const played = (script: readonly ScriptStep[], playing: Playing): Harness => {
  const crashes = new Set(playing.crashes)
  let mill = newMill(playing)
  let committed = 0
  let sends = 0
  const commitAt = (step: number): void => {
    mill.commit()
    committed = step
    sends = 0
  }
  for (let next = 0; next < script.length; ) {
    const step = script[next]!
    playStep(mill, step, playing.encode ?? asJson)
    next++
    if (isSend(step)) sends++
    if (sends >= playing.batchSize || 'commit' in step) commitAt(next)
    if (!crashes.delete(next)) continue
    mill = mill.crash()
    next = committed
    sends = 0
  }
  mill.commit()
  return mill
}

/** The laws commit themselves, so the harness's own batch is without end. */
export const newMill = ({ pipelines, partitions, sourcePartitions, limits }: Playing): Harness =>
  new Harness(pipelines, {
    batchSize: Number.POSITIVE_INFINITY,
    ...(partitions ? { partitions } : {}),
    ...(sourcePartitions ? { sourcePartitions } : {}),
    ...(limits ? { limits } : {}),
  })
