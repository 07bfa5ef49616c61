/** `millrace replay --verify`: whether what is in the log is what its past makes. */
import { MillraceError } from '../../engine/errors.ts'
import { type Verification, type VerifyOptions, verifyRun } from '../../replay/verify/verify-run.ts'
import { DEFAULT_DATA } from '../asked-click-house.ts'
import type { Arguments } from '../command-line/arguments.ts'
import { ProgressLine } from '../command-line/progress-line.ts'
import { counted } from '../command-line/table.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { loadConfig } from '../config/load-config.ts'
import { verificationText } from '../verify/verification-text.ts'
import { placeOfConfig, placeOfData } from '../verify/verified-place.ts'

/** What a replay to somewhere takes, and this does not. */
const OF_A_REPLAY = ['from', 'to', 'pipelines', 'since', 'until', 'drain', 'run-id', 'restart']

/** Fails with `REPLAY_DIFFERS` where it is not, or as `verifyRun` does. */
export const verify = async (args: Arguments, terminal: Terminal): Promise<void> => {
  args.wordsAtMost(0)
  for (const name of OF_A_REPLAY) if (args.has(name)) throw notTogether(`--${name}`, '--verify')
  if (args.has('config') && args.has('data')) throw notTogether('--config', '--data')
  const sinceEpoch = args.count('since-epoch', 1)
  const place = await placeOf(args, terminal)
  const more = sinceEpoch === undefined ? {} : { sinceEpoch }
  const verification = await watched({ ...place, ...more }, terminal)
  terminal.print(args.has('json') ? JSON.stringify(verification) : verificationText(verification))
  if (verification.first) throw differs(verification)
}

const placeOf = async (args: Arguments, terminal: Terminal): Promise<VerifyOptions> => {
  if (!args.has('config')) return placeOfData(args.text('data') ?? DEFAULT_DATA, terminal.wallNow)
  const { config } = await loadConfig(args.text('config'), terminal.env)
  return placeOfConfig(config, terminal)
}

const watched = async (options: VerifyOptions, terminal: Terminal): Promise<Verification> => {
  const line = new ProgressLine(terminal)
  try {
    return await verifyRun({
      ...options,
      onProgress: ({ slice, slices, commits, records }) => {
        const where = slices === 1 ? '' : `slice ${slice + 1} of ${slices}: `
        line.update(() => `${where}${counted(commits, 'commit')}, ${counted(records, 'record')}`)
      },
    })
  } finally {
    line.clear()
    await options.log.close()
  }
}

const notTogether = (one: string, other: string): UsageError =>
  new UsageError(`${one} and ${other} do not go together`)

const differs = ({ differences }: Verification): MillraceError =>
  new MillraceError(
    'REPLAY_DIFFERS',
    `the log is not what its past makes, in ${counted(differences, 'place')}: see above. Where a result ` +
      'differs, look for what its pipeline reads besides events and state; else for who writes to ' +
      'these topics.',
  )
