/** All checks of a law run, in the order in which a failure says most. */

import { equalsUndisturbed } from './check-event-time.ts'
import { everythingWasRead, loadIsInTheLog } from './check-inputs.ts'
import { noResultTwice, nothingSetAside } from './check-results.ts'
import { oneScoreInTheTable, oneScoreInTheTopic } from './check-scores.ts'
import { expectedOf } from './expected.ts'
import { provedByCommand } from './proved-by-command.ts'
import type { Judged, Verdict } from './verdict.ts'

export interface JudgementOptions {
  /** Of a process that has ended: `millrace` itself is asked with it. */
  readonly configFile: string
  readonly tell: (line: string) => void
}

export const judge = async (judged: Judged, options: JudgementOptions): Promise<Verdict[]> => {
  const expected = expectedOf(judged)
  const checks: readonly (() => Promise<Verdict>)[] = [
    () => loadIsInTheLog(judged, expected),
    () => everythingWasRead(judged),
    () => nothingSetAside(judged),
    () => noResultTwice(judged),
    () => oneScoreInTheTopic(judged, expected),
    () => oneScoreInTheTable(judged, expected),
    () => equalsUndisturbed(judged),
    () =>
      provedByCommand('the journal, executed again, gives what is in the log', options.configFile, [
        'replay',
        '--verify',
      ]),
    () => provedByCommand('reconcile proves every table', options.configFile, ['reconcile']),
  ]
  const verdicts: Verdict[] = []
  for (const check of checks) {
    const verdict = await check()
    options.tell(verdictText(verdict))
    verdicts.push(verdict)
  }
  return verdicts
}

export const verdictText = ({ check, looked, difference }: Verdict): string =>
  difference === null ? `holds: ${check} (${looked})` : `FAILS: ${check}: ${difference}`
