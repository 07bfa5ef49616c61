/** The learners beside a run: begun and stopped together, told of in lines and in a metric. */
import type { EngineFields } from '../../engine/arrival.ts'
import type { Learner } from '../../engine/learner.ts'
import type { Finding } from '../../engine/learning/finding.ts'
import type { Metrics } from '../../serve/metrics.ts'
import { LiveLearner, type LiveLearnerOptions } from './live-learner.ts'

export interface LiveLearnersOptions
  extends Pick<
    LiveLearnerOptions,
    'log' | 'applicationId' | 'writers' | 'formatOf' | 'topicSettings'
  > {
  readonly learners: readonly Learner[]
  readonly metrics: Pick<Metrics, 'learnt'>
  /** A line for whoever watches. */
  readonly say: (line: string) => void
  /** Whether a version is worth a line, by when it was learnt; absent: each is. */
  readonly saysVersionOf?: (occurredAt: number) => boolean
}

export interface LiveLearners {
  /** Rejects with what the log failed one of them with; never resolves. */
  readonly failure: Promise<never>
  /** May be called several times. What was not learnt from waits for the next start. */
  stop(): Promise<void>
}

export const startLearners = async (options: LiveLearnersOptions): Promise<LiveLearners> => {
  const started: LiveLearner[] = []
  let stopping: Promise<unknown> | null = null
  const stop = async (): Promise<void> => {
    stopping ??= Promise.all(started.map(each => each.stop()))
    await stopping
  }
  try {
    for (const learner of options.learners) started.push(await startOne(options, learner))
  } catch (error) {
    await stop()
    throw error
  }
  const failure = Promise.race([NEVER, ...started.map(each => each.failure)])
  failure.catch(() => {})
  return { failure, stop }
}

const startOne = (
  { metrics, say, saysVersionOf, learners: _learners, ...options }: LiveLearnersOptions,
  learner: Learner,
): Promise<LiveLearner> =>
  LiveLearner.start({
    ...options,
    learner,
    onFinding(finding, from) {
      metrics.learnt(learner.id, finding.as)
      if (saysVersionOf?.(versionAt(finding)) === false) return
      say(`learner ${learner.id}: ${sentenceOf(finding, from)}`)
    },
    onGap: ({ topic, partition }, records) =>
      say(
        `learner ${learner.id}: about ${records} records of ${topic}-${partition} were removed before ` +
          'anything was learnt from them. It goes on with the next one.',
      ),
  })

/** Infinite where there is none: what went wrong is always told. */
const versionAt = (finding: Finding): number =>
  finding.as === 'published'
    ? (finding.version.record as EngineFields).occurredAt
    : Number.POSITIVE_INFINITY

const sentenceOf = (finding: Finding, from: string): string => {
  if (finding.as === 'published') return `from ${from}, published ${finding.version.key}`
  if (finding.as === 'refused') return `from ${from}, published nothing: ${finding.why}`
  return `FAILED on ${from}, report it: ${finding.why}. What was published before stays in use.`
}

const NEVER = new Promise<never>(() => {})
