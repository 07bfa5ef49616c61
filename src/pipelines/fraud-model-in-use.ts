/** The version of the model `fraud` that is in effect; one whose numbers are no weights counts as none. */
import type { Reference } from '../engine/pipeline.ts'
import type { ModelParameters } from '../events.ts'
import { type FraudParameters, readFraudParameters } from '../models/fraud-parameters.ts'

export const FRAUD_MODEL_ID = 'fraud'

export interface FraudModelInUse {
  /** Null: none; then the rules score. */
  readonly parameters: FraudParameters | null
  /** As it stands in a score, behind the version of the code; empty: none. */
  readonly name: string
}

export const RULES_IN_USE: FraudModelInUse = { parameters: null, name: '' }

export const fraudModelOf = (published: Reference<ModelParameters>): FraudModelInUse => {
  const row = published.get(FRAUD_MODEL_ID)
  return row === undefined ? RULES_IN_USE : modelIn(row)
}

/** Each published version is read once. */
const modelIn = (row: ModelParameters): FraudModelInUse => {
  const known = read.get(row)
  if (known !== undefined) return known
  const parameters = readFraudParameters(row.parameters)
  const name = ` ${row.modelId}@${row.version}`
  const inUse = parameters === null ? RULES_IN_USE : { parameters, name }
  read.set(row, inUse)
  return inUse
}
const read = new WeakMap<ModelParameters, FraudModelInUse>()
