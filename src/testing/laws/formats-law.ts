import fc from 'fast-check'
import type { EngineFields } from '../../engine/arrival.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { expectSame, outputLine, stateLines } from '../comparing.ts'
import type { Harness } from '../harness.ts'
import { asJson, type Encode } from '../play-step.ts'
import type { Law, Subject } from './law.ts'
import { played } from './playing.ts'

/**
 * Records come as JSON or as Avro; pipelines cannot tell. What was set aside keeps its bytes as they
 * came, so those are not compared.
 */
export const formatsLaw = ({ pipelines, setting, scripts, assert }: Subject): Law => ({
  name: 'Avro and JSON input give the same',
  check: () =>
    assert(
      fc.property(scripts, script => {
        const json = played(script, { ...setting, pipelines, batchSize: 3 })
        const avro = played(script, { ...setting, pipelines, batchSize: 3, encode: asAvro })
        expectSame('keys', keys(json), keys(avro))
        for (const mill of [json, avro]) mill.finish(true)
        expectSame('outputs', comparable(json), comparable(avro))
      }),
    ),
})

const keys = (mill: Harness): string[] =>
  stateLines(mill.committed().state).filter(line => / k:/.test(line))

const comparable = (mill: Harness): string[] =>
  mill.outputs.map(output => {
    if (!('payload' in output.record)) return outputLine(output)
    const { payload: _payload, schemaId: _schemaId, ...rest } = output.record as Bytes
    return `${output.topic.name} ${JSON.stringify(rest)}`
  })

interface Bytes {
  readonly payload: Buffer
  readonly schemaId?: number | null
}

/** What cannot be read cannot be written as Avro either, and is sent as it is. */
const asAvro: Encode = step => {
  const { encodeAvro, decodeJson } = codecsOf<EngineFields>(step.send as AnyTopic)
  const json = asJson(step)
  try {
    return { value: encodeAvro(decodeJson(json.value)), format: 'avro' }
  } catch {
    return json
  }
}
