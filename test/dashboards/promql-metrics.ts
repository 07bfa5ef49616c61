/**
 * The names of metrics in an expression of PromQL: every word that is not a function, a keyword, a
 * label or in quotes. It is no parser; brackets and quotes it checks.
 */
const KEYWORDS = new Set([
  'and',
  'bool',
  'by',
  'group_left',
  'group_right',
  'ignoring',
  'offset',
  'on',
  'or',
  'unless',
  'without',
])
const FUNCTIONS = new Set([
  'absent',
  'avg',
  'count',
  'deriv',
  'histogram_quantile',
  'increase',
  'max',
  'max_over_time',
  'min',
  'rate',
  'sum',
  'vector',
])

/** @throws where a bracket or a quote is not closed, or a function is not known here */
export const metricsIn = (expression: string): string[] => {
  const withoutTexts = expression.replace(/"(?:[^"\\]|\\.)*"/g, '""')
  checkBrackets(withoutTexts)
  const withoutLabels = withoutTexts
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, '')
  return [...withoutLabels.matchAll(/(?<![\d.\w])[a-zA-Z_:][\w:]*(\s*\()?/g)].flatMap(
    ([word, call]) => (call ? called(word.replace(/\s*\(/, '')) : KEYWORDS.has(word) ? [] : [word]),
  )
}

const called = (name: string): [] => {
  if (FUNCTIONS.has(name) || KEYWORDS.has(name)) return []
  throw new Error(`${name} is no function of PromQL that this test knows`)
}

const CLOSES: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

const checkBrackets = (text: string): void => {
  if (text.replaceAll('""', '').includes('"')) throw new Error(`a quote is not closed: ${text}`)
  const open: string[] = []
  for (const character of text) {
    if ('([{'.includes(character)) open.push(character)
    const opening = CLOSES[character]
    if (opening && open.pop() !== opening) throw new Error(`"${character}" closes nothing: ${text}`)
  }
  if (open.length > 0) throw new Error(`"${open.at(-1)}" is not closed: ${text}`)
}
