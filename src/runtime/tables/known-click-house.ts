/**
 * Whether there is a ClickHouse at an address. It is asked before anything else is: any web server
 * answers an insert with 200 and nothing, which would be taken for rows that are stored.
 */
import { MillraceError } from '../../engine/errors.ts'
import { type ClickHouseAddress, clientOf } from '../../sinks/clickhouse/client.ts'
import { shortened } from '../command-line/table.ts'
import { queryFailure } from '../query/query-failure.ts'

/** A server that is there says its version at once. */
const ANSWER_MAX_MS = 10_000
const SAID_MAX = 60

/**
 * Fails with `CLICKHOUSE_UNAVAILABLE` where nobody answers, and with `CLICKHOUSE_REFUSED` where user
 * or password are wrong, or what answers is no ClickHouse.
 */
export const checkIsClickHouse = async (address: ClickHouseAddress): Promise<void> => {
  const client = clientOf(address, 'system', ANSWER_MAX_MS)
  try {
    const answer = await client.query({
      query: 'SELECT version() AS version',
      format: 'TabSeparated',
    })
    const said = await answer.text()
    if (!/^\d+\.\d+[\w.-]*\n$/.test(said)) throw new Error(said)
  } catch (thrown) {
    throw ofOther(queryFailure(thrown, address), address)
  } finally {
    await client.close()
  }
}

/** The client takes whatever it cannot read for the text of an error. */
const ofOther = (failure: unknown, { url }: ClickHouseAddress): unknown => {
  if (!(failure instanceof Error) || failure.constructor !== Error) return failure
  const said = shortened(failure.message.trim(), SAID_MAX)
  return new MillraceError(
    'CLICKHOUSE_REFUSED',
    `what answers at ${url} is no ClickHouse: asked for its version, it said ` +
      `${said === '' ? 'nothing' : `“${said}”`}. Correct the address, as in ` +
      'http://user:password@host:8123/database.',
    { cause: failure },
  )
}
