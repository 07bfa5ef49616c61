import { readFile } from 'node:fs/promises'
import type { Policy } from '../../events.ts'
import { knownWriters } from '../../logs/known-writers.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Command } from '../command-line/command.ts'
import { momentText } from '../command-line/moment.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { configOption } from '../configured/config-option.ts'
import type { ConfiguredLog } from '../configured/configured-log.ts'
import { openLogToWrite } from '../configured/log-to-write.ts'
import { type PolicyCheck, policyCheckOf } from '../policies/policy-kinds.ts'
import { type PublishedPolicy, publishPolicy } from '../policies/publish-policy.ts'
import { publishedPolicies } from '../policies/published-policies.ts'

export const policyCommand: Command = {
  name: 'policy',
  summary: 'Publish a version of a policy, or list those there are.',
  usage: [
    'policy ID FILE [--effective-at T] [--data DIR | --config FILE] [--json]',
    'policy ID [--data DIR | --config FILE] [--json]',
  ],
  options: [
    { name: 'effective-at', value: 'T', help: 'From when it holds. Default: from now on' },
    { name: 'data', value: 'DIR', help: 'A data directory. Default: .millrace' },
    configOption('The application of this configuration, on Kafka.'),
    { name: 'json', help: 'Print the versions as JSON, one a line.' },
  ],
  details: () =>
    `ID is fraud, pricing, or pricing/MARKET. FILE holds the document as JSON; docs/fraud-model.md and
docs/elasticity-model.md say what may stand in it. A document that is no such policy is refused, with the field.

Appends one record to the topic policies, as the next version. A run that goes on takes it at once; an
embedded one when it is started next, as nothing else may have its directory open now. Each result names the
version that it was made by. The same document again publishes nothing. Without FILE all versions are listed.`,
  run: async (args, terminal) => {
    args.wordsAtMost(2)
    const [policyId, file] = args.words
    const check = checkOf(policyId)
    if (file === undefined && args.has('effective-at')) {
      throw new UsageError('--effective-at is of a version to publish: name the file of it')
    }
    const document = file === undefined ? null : await documentIn(file)
    const place = await openLogToWrite(args, terminal, 'policy')
    try {
      const answer =
        document === null
          ? await listed(place, policyId!, check, args)
          : published(await publish(place, policyId!, check, document, args, terminal), args)
      terminal.print(answer)
    } finally {
      await place.log.close()
    }
  },
}

const checkOf = (policyId: string | undefined): PolicyCheck => {
  const check = policyCheckOf(policyId ?? '')
  if (check === null) throw new UsageError('say which: fraud, pricing, or pricing/MARKET')
  return check
}

const documentIn = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

const publish = (
  { log, schemas, formatOf }: ConfiguredLog,
  policyId: string,
  check: PolicyCheck,
  document: string,
  args: Arguments,
  { wallNow }: Terminal,
): Promise<PublishedPolicy> =>
  publishPolicy(log, {
    ...{ policyId, document, check, now: wallNow() },
    effectiveAt: args.moment('effective-at') ?? null,
    writers: schemas?.writers ?? knownWriters,
    format: formatOf('policies'),
    hasRegistry: schemas !== null,
  })

const published = ({ policy, isNew }: PublishedPolicy, args: Arguments): string => {
  if (args.has('json')) return JSON.stringify({ ...policy, isNew })
  const what = `version ${policy.version} of ${policy.policyId}, which holds from ${fromText(policy)}`
  return isNew ? `Published ${what}.` : `Nothing to publish: that is ${what}.`
}

const listed = async (
  { log, schemas }: ConfiguredLog,
  policyId: string,
  check: PolicyCheck,
  args: Arguments,
): Promise<string> => {
  const versions = await publishedPolicies(log, policyId, schemas?.writers ?? knownWriters)
  const told = versions.map(policy => ({ ...policy, fault: check(policy.document) }))
  if (args.has('json')) return told.map(policy => JSON.stringify(policy)).join('\n')
  if (told.length === 0) return `No version of ${policyId} was published: the default holds.`
  return told.map(textOf).join('\n')
}

const textOf = (policy: Policy & { readonly fault: string | null }): string => {
  const what = `version ${policy.version}, from ${fromText(policy)}`
  return policy.fault === null
    ? `${what}: ${policy.document}`
    : `${what}: does not take effect, ${policy.fault}`
}

const fromText = ({ effectiveAt, occurredAt }: Policy): string =>
  momentText(effectiveAt ?? occurredAt)
