/**
 * CSV as RFC 4180 has it, from text in pieces of any size:
 *
 *   row    = field *("," field) (LF / CRLF)        the last row may lack its end
 *   field  = *(any but "," and LF) / DQUOTE *(any / 2DQUOTE) DQUOTE
 *
 * A quote inside a field that does not begin with one stands for itself. Blank lines are passed
 * over. Lines without a quote, which are nearly all, are cut by the runtime's own `split`.
 */
import { BrokenField } from './broken-field.ts'

export interface CsvRow {
  /** Where the row begins in the file, from 1. */
  readonly line: number
  readonly fields: readonly string[]
  /** False for a last row that nothing ends: it may have been cut off. */
  readonly ended: boolean
}

/** A longer row is a quote that is never closed. */
const ROW_CHARACTERS_MAX = 1024 * 1024

export class CsvParser {
  #text = ''
  #at = 0
  /** The line at `#at`, from 1. */
  line = 1

  /** The rows that end in what came so far. */
  push(text: string): CsvRow[] {
    this.#text = this.#text.slice(this.#at) + text
    this.#at = 0
    const rows = this.#rows()
    if (this.#text.length - this.#at > ROW_CHARACTERS_MAX) {
      throw new BrokenField('a row of more than a million characters; a quote may not be closed')
    }
    return rows
  }

  /** The last row, where nothing ended it. */
  end(): CsvRow[] {
    if (this.#at === this.#text.length) return []
    this.#text += '\n'
    const rows = this.#rows().map(row => ({ ...row, ended: false }))
    if (this.#at < this.#text.length) throw new BrokenField('a quote that is never closed')
    return rows
  }

  #rows(): CsvRow[] {
    const rows: CsvRow[] = []
    let quoteAt = this.#nextQuote()
    for (;;) {
      const end = this.#text.indexOf('\n', this.#at)
      if (end < 0) return rows
      if (quoteAt > end) this.#plainRow(rows, end)
      else if (!this.#quotedRow(rows)) return rows
      if (quoteAt < this.#at) quoteAt = this.#nextQuote()
    }
  }

  #nextQuote(): number {
    const quoteAt = this.#text.indexOf('"', this.#at)
    return quoteAt < 0 ? Number.POSITIVE_INFINITY : quoteAt
  }

  #plainRow(rows: CsvRow[], end: number): void {
    const text = this.#text.slice(this.#at, withoutReturn(this.#text, this.#at, end))
    if (text !== '') rows.push({ line: this.line, fields: text.split(','), ended: true })
    this.#at = end + 1
    this.line++
  }

  /** False where the row does not end in the text yet. */
  #quotedRow(rows: CsvRow[]): boolean {
    const text = this.#text
    const fields: string[] = []
    let at = this.#at
    for (;;) {
      const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at)
      if (field === null) return false
      fields.push(field.value)
      at = field.end + 1
      if (text[field.end] === '\n') break
    }
    rows.push({ line: this.line, fields, ended: true })
    this.line += linesIn(text, this.#at, at)
    this.#at = at
    return true
  }
}

/** `end` is the place of the comma or newline behind the field. */
interface Field {
  readonly value: string
  readonly end: number
}

const plainField = (text: string, from: number): Field | null => {
  const newline = text.indexOf('\n', from)
  if (newline < 0) return null
  const comma = text.indexOf(',', from)
  if (comma >= 0 && comma < newline) return { value: text.slice(from, comma), end: comma }
  return { value: text.slice(from, withoutReturn(text, from, newline)), end: newline }
}

const quotedField = (text: string, from: number): Field | null => {
  let close = text.indexOf('"', from + 1)
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2)
  if (close < 0 || close + 1 >= text.length) return null
  const value = text.slice(from + 1, close).replaceAll('""', '"')
  let end = close + 1
  if (text[end] === '\r') end++
  if (end >= text.length) return null
  if (text[end] === ',' || text[end] === '\n') return { value, end }
  throw new BrokenField('text between the end of a quoted field and the next comma')
}

const withoutReturn = (text: string, from: number, end: number): number =>
  end > from && text[end - 1] === '\r' ? end - 1 : end

const linesIn = (text: string, from: number, to: number): number => {
  let lines = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
    lines++
  }
  return lines
}
