/**
 * All checks of a law run. What `millrace` proves of itself is asked in a process of its own, and is the
 * longest; all else is done meanwhile.
 */

import { eventTimePipelines } from '../../src/testing/event-time-pipelines.ts'
import { equalsUndisturbed } from './check-event-time.ts'
import { everythingWasRead, loadIsInTheLog } from './check-inputs.ts'
import { noResultTwice, nothingSetAside } from './check-results.ts'
import { oneScoreInTheTable, oneScoreInTheTopic } from './check-scores.ts'
import { Expected } from './expected.ts'
import { provedByCommand } from './proved-by-command.ts'
import { undisturbedDigests } from './undisturbed.ts'
import type { Judged, Verdict } from './verdict.ts'
import { watched } from './watch.ts'

export interface JudgementOptions {
  /** Of a process that has ended: `millrace` itself is asked with it. */
  readonly configFile: string
  readonly tell: (line: string) => void
}

export const judge = async (judged: Judged, options: JudgementOptions): Promise<Verdict[]> => {
  const told = async (verdict: Promise<Verdict>): Promise<Verdict> => {
    options.tell(verdictText(await verdict))
    return verdict
  }
  const executedAgain = told(executed(options))
  executedAgain.catch(() => {})
  const verdicts = await looked(judged, options)
  for (const verdict of verdicts) options.tell(verdictText(verdict))
  const tables = told(
    provedByCommand('reconcile proves every table', options.configFile, ['reconcile']),
  )
  return [...verdicts, ...(await Promise.all([executedAgain, tables]))]
}

const executed = ({ configFile }: JudgementOptions): Promise<Verdict> =>
  provedByCommand('the journal, executed again, gives what is in the log', configFile, [
    'replay',
    '--verify',
  ])

/** What is seen from outside: the load, and what must have come of it. */
const looked = async (judged: Judged, { tell }: JudgementOptions): Promise<Verdict[]> => {
  const { config, plan, pipelines, lastSlot } = judged
  const expected = new Expected()
  const calm = eventTimePipelines(pipelines)
  const digests = await undisturbedDigests(plan, calm, lastSlot, record => expected.see(record))
  tell('the undisturbed run is done')
  const inTopics = await watched(config.brokers, [
    nothingSetAside(),
    noResultTwice(pipelines),
    oneScoreInTheTopic(expected),
    equalsUndisturbed(judged, digests),
  ])
  const others = await Promise.all([
    loadIsInTheLog(judged, expected),
    everythingWasRead(judged),
    oneScoreInTheTable(judged, expected),
  ])
  return [...others, ...inTopics]
}

export const verdictText = ({ check, looked, difference }: Verdict): string =>
  difference === null ? `holds: ${check} (${looked})` : `FAILS: ${check}: ${difference}`
