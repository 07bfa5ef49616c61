import type { RecordFormat } from '../engine/arrival.ts'
import type { Output } from '../engine/commit.ts'
import type { AnyTopic } from '../engine/topic.ts'

/**
 * Where the results of a run go. A target takes part in each commit: what it was given becomes
 * visible with the commit, and after a crash it is put back to where the last commit left it.
 */
export interface Target {
  /**
   * Puts the target back to where `marks` says, null for a run that has not committed.
   *
   * @param topics all that the run may write
   */
  open(marks: unknown, topics: readonly AnyTopic[]): Promise<void>
  /** Writes, lastingly; returns what `open` will need to come back to here. */
  write(outputs: readonly Output[]): Promise<unknown>
  /** Whether the outputs belong into the run's own log, in the commit itself. */
  readonly isRunLog: boolean
  /** Whether the run's log is to have all that was taken in as well, of every topic there is. */
  readonly wantsInputs: boolean
  /** The format it writes: results are made in it, so that they are written once. */
  readonly resultFormat: RecordFormat
  /** Called after the last commit of a run that came to its end: resolves when all has arrived. */
  finish(): Promise<void>
  close(): Promise<void>
}

/** Results are counted, and go nowhere. */
export const nullTarget = (): Target => ({
  open: async () => {},
  write: async () => null,
  isRunLog: false,
  wantsInputs: false,
  resultFormat: 'avro',
  finish: async () => {},
  close: async () => {},
})

/** Results go into the log that holds the run's state, in the same commit. */
export const logTarget = (): Target => ({
  open: async () => {},
  write: async () => null,
  isRunLog: true,
  wantsInputs: false,
  resultFormat: 'avro',
  finish: async () => {},
  close: async () => {},
})

/** Results go to each of them. */
export const severalTargets = (targets: readonly Target[]): Target => ({
  isRunLog: targets.some(target => target.isRunLog),
  wantsInputs: targets.some(target => target.wantsInputs),
  resultFormat: targets.every(target => target.resultFormat === 'json') ? 'json' : 'avro',
  async open(marks, topics) {
    for (const [index, target] of targets.entries()) {
      await target.open((marks as readonly unknown[] | null)?.[index] ?? null, topics)
    }
  },
  async write(outputs) {
    const marks: unknown[] = []
    for (const target of targets) marks.push(await target.write(outputs))
    return marks
  },
  async finish() {
    for (const target of targets) await target.finish()
  },
  async close() {
    const closed = await Promise.allSettled(targets.map(target => target.close()))
    for (const one of closed) if (one.status === 'rejected') throw one.reason
  },
})
