import type { RecordFormat } from '../engine/arrival.ts'
import type { Harness } from './harness.ts'
import type { ScriptStep, Send } from './script.ts'

/** The bytes of a record, as its producer would send them. */
export type Encode = (step: Send) => { readonly value: Buffer; readonly format: RecordFormat }

export const asJson: Encode = ({ record }) => ({
  value: Buffer.from(JSON.stringify(record)),
  format: 'json',
})

/** Does one step; where the harness has a batch size, a full batch commits. */
export const playStep = (mill: Harness, step: ScriptStep, encode: Encode = asJson): void => {
  if ('tick' in step) mill.tick(step.tick)
  else if ('commit' in step) mill.commit()
  else {
    const { value, format } = encode(step)
    mill.sendBytes(step.send.name, value, { partition: step.partition ?? 0, format })
  }
}
