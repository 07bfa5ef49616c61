/** Plain data as a TypeScript literal of the house's style: on one line where that fits. */
export const literalOf = (value: unknown, indent = '', before = 30): string => {
  const flat = flatLiteral(value)
  if (typeof value !== 'object' || value === null) return flat
  if (indent.length + before + flat.length <= 98) return flat
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const items = value.map(item => `${inner}${literalOf(item, inner, 0)},\n`)
    return `[\n${items.join('')}${indent}]`
  }
  const members = Object.entries(value).map(
    ([key, item]) => `${inner}${nameOf(key)}: ${literalOf(item, inner, key.length + 2)},\n`,
  )
  return `{\n${members.join('')}${indent}}`
}

const flatLiteral = (value: unknown): string => {
  if (typeof value === 'string') return textLiteral(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(flatLiteral).join(', ')}]`
  const members = Object.entries(value).map(([key, item]) => `${nameOf(key)}: ${flatLiteral(item)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

const nameOf = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : textLiteral(key))

const textLiteral = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
