import { MillraceError } from '../engine/errors.ts'

/** A source or target as one writes it in a command: `ndjson:PATH`, `log:DIR`, `chdb:DIR`, `null:`. */
export interface Place {
  readonly kind: 'ndjson' | 'log' | 'chdb' | 'clickhouse' | 'null'
  /** Of `clickhouse:`, the server's URL. */
  readonly path: string
}

const LATER = ['kafka', 'avro']
/** Places that results go to. */
const TARGETS = ['ndjson', 'log', 'chdb', 'clickhouse', 'null'] as const

export const sourceOf = (text: string): Place => placeOf(text, ['ndjson', 'log'])
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
  return { kind: known, path }
}

const EXAMPLES: Readonly<Record<Exclude<Place['kind'], 'null'>, string>> = {
  ndjson: 'data/ndjson',
  log: 'data/log',
  chdb: 'data/tables',
  clickhouse: 'http://user:password@localhost:8123/database',
}

const unknown = (text: string, kind: string, kinds: readonly string[]): MillraceError => {
  const wanted = kinds.map(each => `${each}:`).join(', ')
  const why = LATER.includes(kind) ? `${kind}: is not supported yet` : `${text} is no place`
  return new MillraceError('CONFIG_INVALID', `${why}; it can be one of ${wanted}.`)
}
