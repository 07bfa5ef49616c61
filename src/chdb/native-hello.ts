/**
 * The first question of `clickhouse-go`, and so of Grafana's data source: it wants the answer in a newer
 * form of `Native` than the engine in a library writes. The answer is written here, and says that the
 * form is the oldest one, 0, from then on.
 *
 * A block of that form is: its own properties; the numbers of columns and rows; and for each column
 * name, type, whether it is packed in a special way, and the values.
 */
import type { Engine } from './engine.ts'
import type { StatementRequest } from './request.ts'

const QUESTION = /^SELECT displayName\(\), version\(\), revision\(\), timezone\(\)\s*;?$/

/** Not an overflow block, and of no bucket. */
const BLOCK_PROPERTIES = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0])
const PLAIN = Buffer.from([0])

export const isNativeHello = (
  { defaultFormat, protocolVersion }: StatementRequest,
  statement: string,
): boolean => defaultFormat === 'Native' && protocolVersion > 0 && QUESTION.test(statement.trim())

export const nativeHello = ({ version, timezone }: Engine): Buffer =>
  Buffer.concat([
    BLOCK_PROPERTIES,
    Buffer.from([4, 1]),
    column('displayName()', 'String', string('millrace')),
    column('version()', 'String', string(version)),
    column('revision()', 'UInt32', Buffer.alloc(4)),
    column('timezone()', 'String', string(timezone)),
  ])

const column = (name: string, type: string, value: Buffer): Buffer =>
  Buffer.concat([string(name), string(type), PLAIN, value])

/** Its length is a varint; these are all shorter than 128 bytes. */
const string = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'utf8')
  return Buffer.concat([Buffer.from([bytes.length]), bytes])
}
