/** What was asked of `npm run kafka`. */
import { parseArgs } from 'node:util'
import { MillraceError } from '../../src/engine/errors.ts'

export interface KafkaArguments {
  readonly verb: (typeof VERBS)[number]
  readonly nodes: 1 | 3
  /**
   * Of the first node; the others have the next ones, and the controllers those a hundred on. null where
   * none was given.
   */
  readonly port: number | null
}

const VERBS = ['start', 'stop', 'status', 'get'] as const
const USAGE = 'npm run kafka -- start|stop|status|get [--nodes 1|3] [--port 19092]'
const PORT_MAX = 65_000

export const kafkaArgumentsOf = (argv: readonly string[]): KafkaArguments => {
  const { values, positionals } = parsed(argv)
  const verb = VERBS.find(one => one === positionals[0])
  if (verb === undefined || positionals.length > 1) {
    throw refused(`"${positionals.join(' ')}" is not known.`)
  }
  return {
    verb,
    nodes: nodesOf(values.nodes),
    port: values.port === undefined ? null : portOf(values.port),
  }
}

const parsed = (argv: readonly string[]) => {
  const options = {
    nodes: { type: 'string', default: '1' },
    port: { type: 'string' },
  } as const
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true })
  } catch (error) {
    throw refused((error as Error).message)
  }
}

const nodesOf = (text: string): 1 | 3 => {
  if (text === '1') return 1
  if (text === '3') return 3
  throw refused(`--nodes is 1 or 3, not "${text}".`)
}

const portOf = (text: string): number => {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1024 && port <= PORT_MAX) return port
  throw refused(`--port is a number from 1024 to ${PORT_MAX}, not "${text}".`)
}

const refused = (what: string) => new MillraceError('CONFIG_INVALID', `${what} Use: ${USAGE}`)
