/** Cuts a migration into statements. ClickHouse takes one statement a request. */

/**
 * The statements of a text, without comments, in order. A `;` in a string, in a quoted name or in a
 * comment ends nothing.
 */
export const statementsIn = (sql: string): readonly string[] => {
  const statements = ['']
  for (const [token] of sql.matchAll(TOKEN)) {
    if (token === ';') statements.push('')
    else statements[statements.length - 1] += isComment(token) ? ' ' : token
  }
  return statements.map(statement => statement.trim()).filter(statement => statement !== '')
}

/** A string, a quoted name or a comment, whole; else one character. */
const TOKEN = /(['"`])(?:(?!\1)[^\\]|\\.)*\1|--[^\n]*|\/\*.*?\*\/|[^'"`;/-]+|./gs

const isComment = (token: string): boolean => token.startsWith('--') || token.startsWith('/*')
