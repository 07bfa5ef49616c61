/** Publishes the next version of a policy: one record of `policies`. */
import { MillraceError } from '../../engine/errors.ts'
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import { type Policy, policies } from '../../events.ts'
import type { Log } from '../../logs/log.ts'
import { appendEvent, type WrittenAs } from '../append-event.ts'
import { madeKey } from '../dead-letters/made-key.ts'
import type { PolicyCheck } from './policy-kinds.ts'
import { publishedPolicies } from './published-policies.ts'

export interface PublishOptions extends WrittenAs {
  readonly policyId: string
  /** JSON. */
  readonly document: string
  /** From when it holds, in ms since 1970; null: from now. */
  readonly effectiveAt: number | null
  readonly check: PolicyCheck
  readonly now: number
  readonly writers: WriterSchemas
}

export interface PublishedPolicy {
  /** The version that was published now, or the same one that was there before. */
  readonly policy: Policy
  readonly isNew: boolean
}

/**
 * Nothing is published where the newest version says the same from the same moment on. Resolves when the record is
 * lasting. Two that publish at once may give their versions one number: then the one that comes later in the log holds.
 *
 * Fails with `REJECTED` where the document is no policy of its kind, and as `appendEvent` does.
 */
export const publishPolicy = async (
  log: Log,
  options: PublishOptions,
): Promise<PublishedPolicy> => {
  const { policyId, effectiveAt, now } = options
  const fault = options.check(options.document)
  if (fault !== null) throw unfit(policyId, fault)
  const document = JSON.stringify(JSON.parse(options.document))
  const last = (await publishedPolicies(log, policyId, options.writers)).at(-1)
  if (last?.document === document && last.effectiveAt === effectiveAt) {
    return { policy: last, isNew: false }
  }
  const version = (last?.version ?? 0) + 1
  const policy: Policy = { policyId, version, occurredAt: now, effectiveAt, document }
  await appendEvent(log, policies, { key: madeKey(policies, policy)!, event: policy }, options)
  return { policy, isNew: true }
}

const unfit = (policyId: string, fault: string): MillraceError =>
  new MillraceError('REJECTED', `this is no policy ${policyId}: ${fault}. Nothing was published.`)
