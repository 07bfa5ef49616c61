/**
 * Variables of the environment in a text:
 *
 *   ${NAME}            its value; it must be set
 *   ${NAME:-default}   its value, or the default where it is not set or empty
 *   $${                these two signs, as they are
 */
const PATTERN = /\$\$\{|\$\{([^}]*)\}?/g
const INSIDE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/

export interface Substituted {
  readonly text: string
  /** The variables that it has something from; not those for which a default stands. */
  readonly names: readonly string[]
  /** What is wrong, one sentence each. */
  readonly problems: readonly string[]
}

export type Environment = Readonly<Record<string, string | undefined>>

export const substitute = (text: string, env: Environment): Substituted => {
  const names: string[] = []
  const problems: string[] = []
  const replaced = text.replace(PATTERN, (found, inside: string | undefined) => {
    if (inside === undefined) return '${'
    const [, name, standard] = (found.endsWith('}') && INSIDE.exec(inside)) || []
    if (name === undefined) {
      problems.push(`${found} is no variable; write \${NAME}, or $\${ for the signs themselves`)
      return ''
    }
    const value = env[name]
    if (standard !== undefined && !value) return standard
    if (value === undefined) {
      problems.push(`the variable ${name} is not set; set it, or write \${${name}:-default}`)
      return ''
    }
    names.push(name)
    return value
  })
  return { text: replaced, names, problems }
}

/** A text that `substitute` gives back as it is. */
export const unsubstituted = (text: string): string => text.replaceAll('${', () => '$${')
