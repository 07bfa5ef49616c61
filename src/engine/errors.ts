/**
 * Every error code of the house, with what is to be done about it. Codes are part of the contract:
 * they stand in `dead-letters` and in what commands print.
 */
export const ERRORS = {
  // The record cannot be read, or breaks a rule of its schema.
  MALFORMED_JSON: 'dead-letter',
  MALFORMED_AVRO: 'dead-letter',
  UNKNOWN_SCHEMA: 'dead-letter',
  UNKNOWN_FIELD: 'dead-letter',
  MISSING_FIELD: 'dead-letter',
  WRONG_TYPE: 'dead-letter',
  WRONG_ENUM: 'dead-letter',
  OUT_OF_RANGE: 'dead-letter',
  RECORD_TOO_LARGE: 'dead-letter',
  FUTURE_EVENT: 'dead-letter',
  CURRENCY_CONFLICT: 'dead-letter',
  KEY_TOO_LONG: 'dead-letter',
  REJECTED: 'dead-letter',
  // A handler failed, or filled a cell beyond its bound.
  HANDLER_FAILED: 'dead-letter',
  CELL_FULL: 'dead-letter',
  // The pipeline cannot go on.
  TOO_MANY_FAILURES: 'stop',
  TIMER_CHAIN: 'stop',
  FEEDBACK_CHAIN: 'stop',
  STATE_INCOMPATIBLE: 'stop',
  STATE_CORRUPT: 'stop',
  INPUT_CHANGED: 'stop',
  INPUT_MISSING: 'stop',
  INPUT_UNREADABLE: 'stop',
  LINE_TOO_LONG: 'stop',
  CONFIG_INVALID: 'stop',
  INTERRUPTED: 'stop',
  REPLAY_DIFFERS: 'stop',
  // The log cannot do what was asked.
  LOG_IN_USE: 'stop',
  LOG_CORRUPT: 'stop',
  LOG_READ_ONLY: 'stop',
  LOG_DISK_FULL: 'stop',
  LOG_OFFSET_GONE: 'stop',
  LOG_TOPIC_UNKNOWN: 'stop',
  LOG_TOPIC_CONFLICT: 'stop',
  LOG_RECORD_INVALID: 'stop',
  LOG_CLOSED: 'stop',
  LOG_UNAVAILABLE: 'retry',
  LOG_REFUSED: 'stop',
  // Another process has taken over: what is in memory here is not the state any more.
  LOG_FENCED: 'retry',
  LOG_CLIENT_MISSING: 'stop',
  EXCHANGE_UNREADABLE: 'stop',
  REGISTRY_UNAVAILABLE: 'retry',
  REGISTRY_REFUSED: 'stop',
  OUTPUT_UNWRITABLE: 'stop',
  // ClickHouse cannot do what was asked, or a row does not fit its table.
  CLICKHOUSE_MISSING: 'stop',
  CLICKHOUSE_IN_USE: 'stop',
  CLICKHOUSE_UNAVAILABLE: 'retry',
  CLICKHOUSE_REFUSED: 'stop',
  CLICKHOUSE_DISK_FULL: 'stop',
  ROW_REFUSED: 'dead-letter',
  DEDUPLICATION_OFF: 'stop',
  MIGRATION_CHANGED: 'stop',
  MIGRATION_FAILED: 'stop',
  TABLE_DIFFERS: 'stop',
  DATA_VERSION: 'stop',
  PORT_IN_USE: 'stop',
} as const satisfies Record<string, Instruction>

export type Instruction = 'retry' | 'dead-letter' | 'stop'
export type ErrorCode = keyof typeof ERRORS

/** An operating error: what went wrong in one sentence, and what to do in the next. */
export class MillraceError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MillraceError'
    this.code = code
  }
  get instruction(): Instruction {
    return ERRORS[this.code]
  }
}

/** A broken invariant of the engine itself. Never caught: the process ends, and restarts exactly. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

export function invariant(holds: boolean, what: string): asserts holds {
  if (!holds) throw new InvariantError(`broken invariant: ${what}`)
}
