import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRequest } from './body.ts'
import { Fault } from './fault.ts'
import { statementOf } from './statement.ts'
import { quoted, quotedName, tokensOf } from './tokens.ts'

const statement = (sql: string) => statementOf(Buffer.from(sql))

const insertOf = (sql: string) => {
  const found = statement(sql)
  if (found?.kind !== 'insert') return null
  const data = Buffer.from(sql).subarray(found.dataStart).toString()
  return { sql: found.fromInfile('F').replace(/\s+/g, ' '), data }
}

const readOf = (sql: string) => {
  const found = statement(sql)
  if (found?.kind !== 'read') return null
  return { sql: found.intoOutfile('F', 'M', 'TSV').replace(/\s+/g, ' '), format: found.format }
}

test.each([
  ['INSERT INTO t FORMAT CSV\n1,2\n', 'INSERT INTO t', 'CSV', '1,2\n'],
  ['insert into t format CSV 1,2', 'insert into t', 'CSV', '1,2'],
  ['INSERT INTO t FORMAT RowBinary\n\n\n', 'INSERT INTO t', 'RowBinary', '\n\n'],
  ['INSERT INTO t (a, format) FORMAT CSV\r\n1', 'INSERT INTO t (a, format)', 'CSV', '1'],
  ["INSERT INTO t VALUES (1, 'FORMAT X')", 'INSERT INTO t', 'Values', " (1, 'FORMAT X')"],
  [
    'INSERT INTO `FORMAT x` /* VALUES */ VALUES(1)',
    'INSERT INTO `FORMAT x` /* VALUES */',
    'Values',
    '(1)',
  ],
  ['-- ü\nINSERT INTO "ü" VALUES (1)', '-- ü INSERT INTO "ü"', 'Values', ' (1)'],
])('the data of %j is found', (sql, head, format, data) => {
  const infile = `${head} FROM INFILE 'F' COMPRESSION 'none' FORMAT ${format}`
  expect(insertOf(sql)).toEqual({ sql: infile, data })
})

test('settings of an insert stay behind the file', () => {
  expect(insertOf('INSERT INTO t (a) SETTINGS x = 1, y = 2 FORMAT CSV\n1')).toEqual({
    sql: "INSERT INTO t (a) FROM INFILE 'F' COMPRESSION 'none' SETTINGS x = 1, y = 2 FORMAT CSV",
    data: '1',
  })
})

test('what an insert selects from the request is read from the file', () => {
  const sql =
    "INSERT INTO t SELECT a, f(b) FROM input('a Int8, b String') WHERE a > 1 FORMAT CSV\n1,2"
  expect(insertOf(sql)).toEqual({
    sql: "INSERT INTO t SELECT a, f(b) FROM file('F', 'CSV', 'a Int8, b String') WHERE a > 1",
    data: '1,2',
  })
})

test.each([
  'INSERT INTO t SELECT 1',
  'INSERT INTO t SELECT * FROM VALUES(1, 2)',
  'INSERT INTO t WITH 1 AS x SELECT x',
  'CREATE TABLE t (format Int8) ENGINE = Memory',
  'WITH 1 AS x INSERT INTO t SELECT x',
  'SHOW TABLES',
])('%j goes to the engine as it is', sql => {
  expect(statement(sql)).toMatchObject({ kind: 'other', sql })
})

const OUT = "INTO OUTFILE 'F' /* M */ TRUNCATE COMPRESSION 'none'"

test.each([
  ['SELECT 1', `SELECT 1 ${OUT} FORMAT TSV`, null],
  ['SELECT 1 ; ', `SELECT 1 ${OUT} FORMAT TSV`, null],
  ['SELECT 1 -- ;', `SELECT 1 ${OUT} FORMAT TSV`, null],
  ['(SELECT 1) FORMAT JSON', `(SELECT 1) ${OUT} FORMAT JSON`, 'JSON'],
  ['WITH 1 AS x SELECT x FORMAT CSV;', `WITH 1 AS x SELECT x ${OUT} FORMAT CSV`, 'CSV'],
  ["SELECT ';', 'FORMAT CSV'", `SELECT ';', 'FORMAT CSV' ${OUT} FORMAT TSV`, null],
  ['SELECT 1 FORMAT CSV SETTINGS a = 1', `SELECT 1 ${OUT} FORMAT CSV SETTINGS a = 1`, 'CSV'],
  ['SELECT 1 SETTINGS a = 1 FORMAT CSV', `SELECT 1 SETTINGS a = 1 ${OUT} FORMAT CSV`, 'CSV'],
  [
    'SELECT format(x, 1) AS format FROM t',
    `SELECT format(x, 1) AS format FROM t ${OUT} FORMAT TSV`,
    null,
  ],
  ['SELECT $a$ ; FORMAT $a$', `SELECT $a$ ; FORMAT $a$ ${OUT} FORMAT TSV`, null],
])('the rows of %j go to the file', (sql, expected, format) => {
  expect(readOf(sql)).toEqual({ sql: expected, format })
})

test('nothing at all is no statement', () => {
  for (const sql of ['', ' \n', '-- SELECT 1', '/* SELECT 1']) expect(statement(sql)).toBeNull()
})

test.each([
  'SELECT 1; SELECT 2',
  "SELECT 1 INTO OUTFILE 'x'",
  "INSERT INTO t FROM INFILE 'x' FORMAT CSV",
])('%j is refused', sql => {
  expect(() => statement(sql)).toThrow(Fault)
})

const anyText = fc.string({
  unit: fc.constantFrom("'", '"', '`', '\\', ';', '(', ')', '-', '/', '*', ' ', '\n', 'a', 'ü'),
})

test('whatever is in quotes is one token', () => {
  fc.assert(
    fc.property(anyText, anyText, (string, name) => {
      const tokens = [...tokensOf(`SELECT ${quoted(string)}, ${quotedName(name)} FROM t`)]
      expect(tokens.map(({ text }) => text)).toEqual([
        'SELECT',
        quoted(string),
        ',',
        quotedName(name),
        'FROM',
        't',
      ])
    }),
  )
})

test('tokens and what is between them are the text', () => {
  fc.assert(
    fc.property(anyText, text => {
      let end = 0
      for (const token of tokensOf(text)) {
        expect(token.start).toBeGreaterThanOrEqual(end)
        expect(text.slice(token.start, token.end)).toBe(token.text)
        expect(token.text).not.toBe('')
        end = token.end
      }
      expect(end).toBeLessThanOrEqual(text.length)
    }),
  )
})

test('data is the same however the body is cut, and wherever the statement is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 60 }),
      fc.array(fc.nat(80), { maxLength: 5 }),
      fc.boolean(),
      async (bytes, cuts, inAddress) => {
        const sql = 'INSERT INTO t FORMAT RowBinary'
        const body = inAddress
          ? Buffer.from(bytes)
          : Buffer.concat([Buffer.from(`${sql}\n`), bytes])
        const { statement: found, data } = await readRequest(
          inAddress ? sql : '',
          pieces(body, cuts),
        )
        expect(found?.kind).toBe('insert')
        const read: Buffer[] = []
        for await (const chunk of data) read.push(chunk)
        expect(Buffer.concat(read)).toEqual(Buffer.from(bytes))
      },
    ),
  )
})

async function* pieces(body: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const ends = [...cuts.map(cut => Math.min(cut, body.length)), body.length].sort((a, b) => a - b)
  let start = 0
  for (const end of ends) {
    if (end > start) yield body.subarray(start, end)
    start = end
  }
}
