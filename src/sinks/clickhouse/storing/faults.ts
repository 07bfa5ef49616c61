/**
 * What an insert's failure asks for. The same insert can be sent again at any time: its token keeps
 * it from being stored twice. So whatever may pass by itself is tried again, for ever; rows are
 * blamed only for codes that say so; and what only a person can mend stops the sink.
 */
import { ClickHouseError } from '@clickhouse/client'
import { MillraceError } from '../../../engine/errors.ts'

/** `retry` the same insert, look for the `row` that is at fault, or `stop`. */
export type Remedy = 'retry' | 'row' | 'stop'

/** ClickHouse's codes for a row that cannot be read, or that the table does not take. */
const ROW_CODES: ReadonlySet<number> = new Set([
  6, // CANNOT_PARSE_TEXT
  26, // CANNOT_PARSE_QUOTED_STRING
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  32, // ATTEMPT_TO_READ_AFTER_EOF
  33, // CANNOT_READ_ALL_DATA
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  53, // TYPE_MISMATCH
  69, // ARGUMENT_OUT_OF_BOUND
  70, // CANNOT_CONVERT_TYPE
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  128, // TOO_LARGE_ARRAY_SIZE
  131, // TOO_LARGE_STRING_SIZE
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  376, // CANNOT_PARSE_UUID
  407, // DECIMAL_OVERFLOW
  467, // CANNOT_PARSE_BOOL
  469, // VIOLATED_CONSTRAINT
  691, // UNKNOWN_ELEMENT_OF_ENUM
])

/** Codes of a server that is busy, full, cut off, or does not know whether it stored the block. */
const RETRY_CODES: ReadonlySet<number> = new Set([
  75, // CANNOT_WRITE_TO_FILE_DESCRIPTOR
  76, // CANNOT_OPEN_FILE
  159, // TIMEOUT_EXCEEDED
  160, // TOO_SLOW
  198, // DNS_ERROR
  201, // QUOTA_EXCEEDED
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  203, // NO_FREE_CONNECTION
  209, // SOCKET_TIMEOUT
  210, // NETWORK_ERROR
  225, // NO_ZOOKEEPER
  236, // ABORTED
  241, // MEMORY_LIMIT_EXCEEDED
  242, // TABLE_IS_READ_ONLY: a replica that has lost its keeper, for a while
  243, // NOT_ENOUGH_SPACE
  252, // TOO_MANY_PARTS
  279, // ALL_CONNECTION_TRIES_FAILED
  285, // TOO_FEW_LIVE_REPLICAS
  286, // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
  319, // UNKNOWN_STATUS_OF_INSERT
  394, // QUERY_WAS_CANCELLED
  425, // SYSTEM_ERROR
  439, // CANNOT_SCHEDULE_TASK
  473, // DEADLOCK_AVOIDED
  499, // S3_ERROR
  745, // SERVER_OVERLOADED
  999, // KEEPER_EXCEPTION
  1000, // POCO_EXCEPTION
  1001, // STD_EXCEPTION
  1002, // UNKNOWN_EXCEPTION
])

const DISK_FULL = 243
const UNKNOWN_TABLE = 60
const UNKNOWN_DATABASE = 81

/** Errors of a program and not of the world: trying again would hide them. */
const BUGS = [TypeError, RangeError, ReferenceError, SyntaxError]

/**
 * The log's own errors stop the sink: what it cannot commit, it may not insert.
 */
export const remedyOf = (error: unknown): Remedy => {
  if (error instanceof MillraceError) {
    return error.instruction === 'retry' && !error.code.startsWith('LOG_') ? 'retry' : 'stop'
  }
  if (!(error instanceof ClickHouseError)) return isBug(error) ? 'stop' : 'retry'
  const code = Number(error.code)
  if (ROW_CODES.has(code)) return isOfView(error) ? 'stop' : 'row'
  return RETRY_CODES.has(code) ? 'retry' : 'stop'
}

/**
 * A materialized view on the table failed. The rows may be in the table by then, under the token of
 * their batch, so to send parts of the batch under other tokens would store them twice.
 */
const isOfView = ({ message }: ClickHouseError): boolean => /while pushing to view/i.test(message)

const isBug = (error: unknown): boolean =>
  !(error instanceof Error) || BUGS.some(kind => error instanceof kind)

/** The failure in a sentence, for whoever watches the sink try again. */
export const troubleText = (error: unknown): string => {
  if (!(error instanceof ClickHouseError))
    return error instanceof Error ? error.message : `${error}`
  const text = `Code ${error.code} ${error.type ?? ''}: ${error.message.trim()}`
  if (Number(error.code) !== DISK_FULL) return text
  return `The disk of ClickHouse is full; the insert is tried again until there is room. ${text}`
}

/** What stops the sink. An error that is the house's own, or a bug, stays what it is. */
export const stopping = (table: string, error: unknown): unknown => {
  if (!(error instanceof ClickHouseError)) return error
  return new MillraceError(
    'CLICKHOUSE_REFUSED',
    `ClickHouse refused rows for table ${table}: ${troubleText(error)} ${adviceFor(error)}`,
    { cause: error },
  )
}

const adviceFor = (error: ClickHouseError): string => {
  const { code } = error
  if (isOfView(error)) return 'Mend or drop that view, and start again: no row is lost.'
  const isMissing = [UNKNOWN_TABLE, UNKNOWN_DATABASE].includes(Number(code))
  if (isMissing) return 'Run `millrace migrate`, and start again: no row is lost.'
  return 'Mend the table or the rights of the user, and start again: no row is lost.'
}
