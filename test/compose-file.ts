/** What deploy/compose.yaml says, as far as tests look at it. */
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export interface Service {
  readonly image: string
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly environment?: Readonly<Record<string, string | number>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: string }
  readonly init?: boolean
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}

export const ROOT = fileURLToPath(new URL('..', import.meta.url))
const COMPOSE = join(ROOT, 'deploy/compose.yaml')

export const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
export const readYaml = <T>(path: string): T => parse(readText(path)) as T
export const composeFile = (): ComposeFile => readYaml<ComposeFile>('deploy/compose.yaml')

/** A path as it stands in compose.yaml, which is relative to its folder. */
export const besideCompose = (path: string): string => resolve(dirname(COMPOSE), path)

export interface Mount {
  /** The name of a volume, or a path that begins with a dot. */
  readonly source: string
  readonly target: string
}

export const mountsOf = (service: Service): Mount[] =>
  (service.volumes ?? []).map(volume => {
    const [source, target] = volume.split(':')
    return { source: source!, target: target! }
  })

export interface PublishedPort {
  readonly host: string
  readonly port: number
}

/** `127.0.0.1:9464-9465:9464-9465` as two ports. */
export const publishedPortsOf = (service: Service): PublishedPort[] =>
  (service.ports ?? []).flatMap(port => {
    const [host, published] = port.split(':')
    const [first, last = first] = published!.split('-').map(Number)
    const count = last! - first! + 1
    return Array.from({ length: count }, (_, index) => ({ host: host!, port: first! + index }))
  })
