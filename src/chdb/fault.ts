/** An error as ClickHouse words it: `Code: 60. DB::Exception: … (UNKNOWN_TABLE)`. */
export class Fault extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** What is refused here and not by the engine, in the engine's words. */
export const refusal = (code: number, name: string, message: string): Fault =>
  new Fault(code, `Code: ${code}. DB::Exception: ${message} (${name})`)

const NESTED = /^(Code: \d+\. DB::Exception: )(?:Code: \d+\. DB::Exception: )+/
const SPOOLED = /: \(in file\/uri [^)]*\)/g
const OWN_VERSION = / \(version [^)]*\)\.? ?(?=\([A-Z_]+\)$|$)/
const NAMED_TWICE = /(\([A-Z][A-Z0-9_]+\))(?:\. | )?\1$/

/** The engine's error without what our own detour through a file has put into it. */
export const faultOf = (error: unknown): Fault => {
  if (error instanceof Fault) return error
  const text = error instanceof Error ? error.message : String(error)
  const message = text
    .trim()
    .replace(NESTED, '$1')
    .replace(SPOOLED, '')
    .replace(OWN_VERSION, '')
    .replace(NAMED_TWICE, '$1')
  const code = /^Code: (\d+)\./.exec(message)
  if (code) return new Fault(Number(code[1]), message)
  return fileFault(error, message)
}

const fileFault = (error: unknown, message: string): Fault => {
  const errno = (error as NodeJS.ErrnoException | null)?.code
  if (errno === 'ENOSPC') {
    return refusal(243, 'NOT_ENOUGH_SPACE', `No space left for the request's body: ${message}`)
  }
  return refusal(1002, 'UNKNOWN_EXCEPTION', message)
}

const STATUS: readonly (readonly [status: number, codes: readonly number[]])[] = [
  [401, [194]],
  [403, [164, 192, 193, 497, 512, 516]],
  [
    400,
    [
      6, 15, 16, 25, 26, 27, 36, 38, 41, 42, 43, 44, 53, 62, 64, 69, 70, 72, 117, 184, 374, 427,
      441, 456, 457, 675, 676,
    ],
  ],
  [404, [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 372]],
  [408, [159, 209]],
  [411, [381]],
  [413, [167]],
  [501, [48]],
  [503, [202, 439]],
]

const STATUS_OF = new Map(STATUS.flatMap(([status, codes]) => codes.map(code => [code, status])))

/** The status of HTTP that ClickHouse answers an error with; 500 where it has no other. */
export const statusOf = (code: number): number => STATUS_OF.get(code) ?? 500
