import type { Breach, HouseFile } from './files.ts'

/** Each page of `docs/decisions/` has a number of its own in its name, and a date near its top. */
export const decisionBreaches = (files: readonly HouseFile[]): Breach[] => {
  const pages = files.filter(file => file.path.startsWith('docs/decisions/'))
  return pages.flatMap(page => {
    const instead = wrongWith(page, pages)
    return instead === null ? [] : [{ path: page.path, line: 1, rule: 'decision-page', instead }]
  })
}

const HEAD_LINES = 6

const wrongWith = (page: HouseFile, pages: readonly HouseFile[]): string | null => {
  const number = numberOf(page)
  if (number === undefined) return 'name the page like 0004-what-was-decided.md'
  const other = pages.find(one => one !== page && numberOf(one) === number)
  if (other !== undefined) return `take the next free number; ${other.path} has ${number} too`
  const head = page.text.split('\n').slice(0, HEAD_LINES).join('\n')
  return /\b20\d\d-[01]\d-[0-3]\d\b/.test(head)
    ? null
    : `date the page: a line like "Date: 2026-11-22" among its first ${HEAD_LINES} lines`
}

const numberOf = (page: HouseFile) =>
  /^docs\/decisions\/(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.md$/.exec(page.path)?.[1]
