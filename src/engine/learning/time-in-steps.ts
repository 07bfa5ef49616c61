import type { PipelineRunner } from '../task/pipeline-runner.ts'
import { minutes } from '../time.ts'

/** Event time goes on by so much at once, at most, where anything is to be done in between. */
export const STEP_MS = minutes(5)

export interface StepPorts {
  /** A pipeline has moved: those that read its results are to hear of it. */
  follow(runner: PipelineRunner): void
  /** All have come to the end of the step: what they put out is learnt from. */
  over(): void
}

/**
 * The time of a history in which results of one pipeline come back to another as versions of a model's
 * parameters.
 *
 * Between two records there may be days. A pipeline that went through them in one go would fire all its
 * timers with the old version, and the next one, which was learnt from the first of these days, would
 * come too late. So all pipelines go through them together, those further up first, in short steps:
 *
 *   upstream    |- step -|- step -|
 *   downstream      |- step -|- step -|
 *   learner                 x published, effective further on
 *
 * A version counts from its very moment, wherever records happen to lie, if it is effective at least
 * two steps, and the disorder of the pipeline that it is learnt from, behind the record that it is
 * learnt from. One that is effective sooner counts from where pipelines have come to.
 *
 * Steps in which nothing is to be done are left out, and records that follow each other within a step
 * cost a comparison.
 */
export class TimeInSteps {
  readonly #runners: readonly PipelineRunner[]
  readonly #ports: StepPorts
  /** All have come at least so far. */
  #reached = Number.NEGATIVE_INFINITY

  /** @param runners those further up first */
  constructor(runners: readonly PipelineRunner[], ports: StepPorts) {
    this.#runners = runners
    this.#ports = ports
  }

  /**
   * The merge has come to `at`. Where the steps lie follows from what is saved of each pipeline, so it
   * is the same where a run was interrupted.
   */
  approach(at: number): void {
    if (at < this.#reached + STEP_MS) return
    this.#reached = Math.min(...this.#runners.map(({ sources }) => sources.mergedAt))
    if (at < this.#reached + STEP_MS) return
    const steps = this.#steps(this.#reached, at, (runner, to) => runner.mergeTo(to))
    for (const _step of steps) {
      // All before the record that is to be taken.
    }
    this.#reached = at
  }

  /** The end of the input: time goes on to `end`, and is told after each step. */
  finishing(end: number): Generator<void> {
    return this.#steps(Number.NEGATIVE_INFINITY, end, (runner, to) => runner.passTo(to))
  }

  *#steps(
    from: number,
    until: number,
    bring: (runner: PipelineRunner, to: number) => void,
  ): Generator<void> {
    for (let at = from; at < until; ) {
      at = Math.min(until, Math.max(at, this.#nextWork(until)) + STEP_MS)
      for (const runner of this.#runners) {
        bring(runner, at)
        this.#ports.follow(runner)
      }
      this.#ports.over()
      yield
    }
  }

  #nextWork(until: number): number {
    return Math.min(...this.#runners.map(runner => runner.nextWork(until)))
  }
}
