/** No process ended but as it was made to: neither one of a run, nor what computes in it. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Crew } from './crew.ts'
import { verdictText } from './judgement.ts'
import { counted, type Verdict } from './verdict.ts'

/** As a supervisor tells of it. */
const ENDED = /^.*process \d+ ended with (.+), and is started again.*$/gm
const KILLED = 'signal SIGKILL'

/** Children that were killed alone end with SIGKILL, each once; whatever else ends is a fault of ours. */
export const endedAsMeant = async (
  directory: string,
  crew: Pick<Crew, 'oddities' | 'childrenKilled'>,
  tell: (line: string) => void,
): Promise<Verdict> => {
  const odd = [...crew.oddities]
  let killed = crew.childrenKilled
  let children = 0
  for (const folder of readdirSync(directory).filter(name => name.startsWith('process-'))) {
    const output = readFileSync(join(directory, folder, 'output.txt'), 'utf8')
    for (const [line, how] of output.matchAll(ENDED)) {
      children++
      if (how !== KILLED || --killed < 0) odd.push(`${folder}: ${line}`)
    }
  }
  const verdict = {
    check: 'no process ended but as it was made to',
    looked: counted(children, 'children that ended'),
    difference: odd.length === 0 ? null : odd.join('\n'),
  }
  tell(verdictText(verdict))
  return verdict
}
