import { MillraceError } from '../engine/errors.ts'

/**
 * A source or target as one writes it in a command: `ndjson:PATH`, `log:DIR`, `kafka:BROKERS`,
 * `chdb:DIR`, `null:`.
 */
export interface Place {
  readonly kind: 'ndjson' | 'log' | 'kafka' | 'chdb' | 'clickhouse' | 'null'
  /** Of `clickhouse:`, the server's URL; of `kafka:`, `host:port` with commas between. */
  readonly path: string
}

const LATER = ['avro']
/** Places that records are read from. */
const SOURCES = ['ndjson', 'log', 'kafka'] as const
/** Places that results go to. */
const TARGETS = ['ndjson', 'log', 'chdb', 'clickhouse', 'kafka', 'null'] as const

export const sourceOf = (text: string): Place => placeOf(text, SOURCES)
export const targetOf = (text: string): Place => placeOf(text, TARGETS)

const placeOf = (text: string, kinds: readonly Place['kind'][]): Place => {
  const colon = text.indexOf(':')
  const kind = colon < 0 ? text : text.slice(0, colon)
  const path = colon < 0 ? '' : text.slice(colon + 1)
  const known = kinds.find(each => each === kind)
  if (known === undefined) throw unknown(text, kind, kinds)
  if (known !== 'null' && path === '') {
    throw new MillraceError(
      'CONFIG_INVALID',
      `${text}: say where, as in ${known}:${EXAMPLES[known]}.`,
    )
  }
  if (known === 'kafka') checkBrokers(text, path)
  return { kind: known, path }
}

const EXAMPLES: Readonly<Record<Exclude<Place['kind'], 'null'>, string>> = {
  ndjson: 'data/ndjson',
  log: 'data/log',
  kafka: 'localhost:9092',
  chdb: 'data/tables',
  clickhouse: 'http://user:password@localhost:8123/database',
}

/** A name or an address, an IPv6 one in brackets, and a port. */
const BROKER = /^(?:\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})$/i
const PORT_MAX = 65_535

export const isBroker = (text: string): boolean => {
  const port = Number(BROKER.exec(text)?.[1] ?? 0)
  return port > 0 && port <= PORT_MAX
}

const checkBrokers = (text: string, path: string): void => {
  if (path.split(',').every(isBroker)) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `${text}: brokers are written as kafka:host:9092, or several as kafka:host:9092,other:9092. ` +
      'TLS and SASL are said in the configuration of --config.',
  )
}

const unknown = (text: string, kind: string, kinds: readonly string[]): MillraceError => {
  const wanted = kinds.map(each => `${each}:`).join(', ')
  const why = LATER.includes(kind) ? `${kind}: is not supported yet` : `${text} is no place`
  return new MillraceError('CONFIG_INVALID', `${why}; it can be one of ${wanted}.`)
}
