/** The bytes of a record as people can read them. */

/** Pretty where it is JSON, as it is where it is text, and else a hex dump. */
export const payloadText = (payload: Buffer): string => {
  const text = textOf(payload)
  if (text === null) return hexDump(payload)
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

const textOf = (payload: Buffer): string | null => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload)
    return isPrintable(text) ? text : null
  } catch {
    return null
  }
}

const TAB = 9
const NEWLINE = 10
const RETURN = 13
const SPACE = 32

const isPrintable = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < SPACE && unit !== TAB && unit !== NEWLINE && unit !== RETURN) return false
  }
  return true
}

const ROW_BYTES = 16
const DUMP_BYTES_MAX = 4_096

/** Offset, bytes and what of them is ASCII, sixteen to a row. */
const hexDump = (payload: Buffer): string => {
  const rows: string[] = []
  for (let at = 0; at < Math.min(payload.length, DUMP_BYTES_MAX); at += ROW_BYTES) {
    const row = payload.subarray(at, Math.min(at + ROW_BYTES, payload.length))
    const hex = [...row].map(byte => byte.toString(16).padStart(2, '0')).join(' ')
    const ascii = row.toString('latin1').replace(/[^ -~]/g, '.')
    rows.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(ROW_BYTES * 3 - 1)}  ${ascii}`)
  }
  if (payload.length > DUMP_BYTES_MAX) rows.push(`… ${payload.length - DUMP_BYTES_MAX} bytes more`)
  return rows.join('\n')
}
