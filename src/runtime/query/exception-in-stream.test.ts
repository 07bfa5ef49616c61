import { ClickHouseError } from '@clickhouse/client'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answerBytes } from './exception-in-stream.ts'

const TAG = 'abcdefghijklmnop'
const HEADERS = { 'x-clickhouse-exception-tag': TAG }
const MESSAGE = 'Code: 395. DB::Exception: boom. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)\n'
const FAILURE = Buffer.from(
  `\r\n__exception__\r\n${TAG}\r\n${MESSAGE}${MESSAGE.length} ${TAG}\r\n__exception__\r\n`,
)

/** The bytes as they may come over the wire: in pieces of any length. */
async function* pieces(bytes: Buffer, lengths: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0
  for (const length of lengths) {
    yield bytes.subarray(at, at + length)
    at += length
  }
  yield bytes.subarray(at)
}

const read = async (body: AsyncIterable<Buffer>, headers: NodeJS.Dict<string> = HEADERS) => {
  const read: Buffer[] = []
  try {
    for await (const piece of answerBytes(body, headers)) read.push(piece)
    return { bytes: Buffer.concat(read), error: null }
  } catch (error) {
    return { bytes: Buffer.concat(read), error }
  }
}

/** Rows with what the mark is made of. */
const rows = fc
  .array(fc.constantFrom('1,"a\r\nb"\n', '\r\n__exception__\r\n', '\r', '\n', TAG, '€'), {
    maxLength: 20,
  })
  .map(parts => Buffer.from(parts.join('')))
  .filter(bytes => !`${bytes}\r\n`.includes(`__exception__\r\n${TAG}\r\n`))
const lengths = fc.array(fc.nat(40), { maxLength: 12 })

describe('the body of an answer', () => {
  test('comes whole where nothing failed, in whatever pieces', () =>
    fc.assert(
      fc.asyncProperty(rows, lengths, async (bytes, cuts) => {
        expect(await read(pieces(bytes, cuts))).toEqual({ bytes, error: null })
      }),
    ))

  test('ends in the error, which is no part of the answer', () =>
    fc.assert(
      fc.asyncProperty(rows, lengths, async (bytes, cuts) => {
        const { bytes: got, error } = await read(pieces(Buffer.concat([bytes, FAILURE]), cuts))
        expect(got).toEqual(bytes)
        expect(error).toBeInstanceOf(ClickHouseError)
        expect(error).toMatchObject({ code: '395', message: 'boom. ' })
      }),
    ))

  test('goes through as it is where the server sends no tag', async () => {
    const { bytes, error } = await read(pieces(FAILURE, [7]), {})
    expect([bytes, error]).toEqual([FAILURE, null])
  })
})
