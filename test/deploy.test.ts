/** deploy/compose.yaml and what it mounts, as far as can be told without Docker. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from '../src/runtime/config/read-config.ts'
import { substitute } from '../src/runtime/config/substitution.ts'
import {
  besideCompose,
  composeFile,
  mountsOf,
  publishedPortsOf,
  readText,
  readYaml,
  type Service,
} from './compose-file.ts'

const { services, volumes } = composeFile()
const named = Object.entries(services)
const service = (name: string): Service => services[name]!

/** What a container sees, where nobody has set a password. */
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(service(name).environment ?? {}).map(([key, value]) => [
      key,
      substitute(`${value}`, {}).text,
    ]),
  )

test('every part of the house is there', () => {
  expect(Object.keys(services)).toEqual([
    'kafka',
    'schema-registry',
    'clickhouse',
    'millrace',
    'prometheus',
    'grafana',
  ])
})

test.each(named)('the image of %s is one version for ever', (_, { image }) => {
  expect(image).toMatch(/^[a-z0-9/-]+:v?\d+(\.\d+)+$/)
})

test('our own image has the version of the package', () => {
  const { version } = JSON.parse(readText('package.json')) as { version: string }
  expect(service('millrace').image).toBe(`millrace:${version}`)
})

test('Kafka is the version that the tests run on', () => {
  const tested = /KAFKA_VERSION = '([\d.]+)'/.exec(
    readText('src/testing/kafka/kafka-artefacts.ts'),
  )![1]
  expect(service('kafka').image).toBe(`apache/kafka:${tested}`)
})

test.each(named)('what %s mounts is there', (_, one) => {
  for (const { source, target } of mountsOf(one)) {
    expect(target).toMatch(/^\//)
    if (source.startsWith('.')) expect(existsSync(besideCompose(source)), source).toBe(true)
    else expect(Object.keys(volumes)).toContain(source)
  }
})

test('every volume is used by one service', () => {
  const used = named.flatMap(([, one]) => mountsOf(one).map(({ source }) => source))
  for (const volume of Object.keys(volumes)) {
    expect(used.filter(source => source === volume)).toHaveLength(1)
  }
})

test.each(named)(
  '%s waits only for services that are there and say when they are healthy',
  (name, one) => {
    for (const [other, { condition }] of Object.entries(one.depends_on ?? {})) {
      expect(other).not.toBe(name)
      expect(condition).toBe('service_healthy')
      expect(services[other]?.healthcheck, other).toBeDefined()
    }
  },
)

test('each service has a health check, ours in its image', () => {
  const without = named.filter(([, one]) => one.healthcheck === undefined).map(([name]) => name)
  expect(without).toEqual(['millrace'])
  expect(readText('deploy/Dockerfile')).toMatch(/^HEALTHCHECK /m)
  expect(service('millrace').init).toBe(true)
})

test('ports do not clash, and are those of this machine alone', () => {
  const ports = named.flatMap(([, one]) => publishedPortsOf(one))
  expect(new Set(ports.map(({ port }) => port)).size).toBe(ports.length)
  expect(new Set(ports.map(({ host }) => host))).toEqual(new Set(['127.0.0.1']))
})

const CONFIG = 'deploy/compose/millrace.yaml'

test('the configuration that is mounted is sound with the environment of the service', () => {
  const { config } = readConfig(readText(CONFIG), CONFIG, environmentOf('millrace'))
  expect(config.log.brokers).toEqual(['kafka:29092'])
  expect(config.data).toBe('/var/lib/millrace')
  expect(mountsOf(service('millrace')).map(({ target }) => target)).toContain(config.data)
})

test('the configuration and the service name the same variables', () => {
  const { names } = substitute(readText(CONFIG), environmentOf('millrace'))
  expect([...new Set(names)].sort()).toEqual(Object.keys(environmentOf('millrace')).sort())
})

test('each address in the configuration is of a service that is there', () => {
  const environment = environmentOf('millrace')
  const hosts = ['SCHEMA_REGISTRY_URL', 'CLICKHOUSE_URL'].map(name => {
    return new URL(environment[name]!).hostname
  })
  hosts.push(environment.KAFKA_BROKERS!.split(':')[0]!)
  expect(hosts.filter(host => !(host in services))).toEqual([])
  expect(environmentOf('kafka').KAFKA_ADVERTISED_LISTENERS).toContain(environment.KAFKA_BROKERS)
})

test('all who ask ClickHouse are the user that it has', () => {
  for (const name of ['millrace', 'grafana']) {
    const { CLICKHOUSE_USER, CLICKHOUSE_PASSWORD } = environmentOf(name)
    expect(environmentOf('clickhouse')).toMatchObject({ CLICKHOUSE_USER, CLICKHOUSE_PASSWORD })
  }
})

test('Prometheus asks each process of the run, and reads rules that are there', () => {
  const { config } = readConfig(readText(CONFIG), CONFIG, environmentOf('millrace'))
  const { rule_files, scrape_configs } = readYaml<{
    rule_files: string[]
    scrape_configs: { static_configs: { targets: string[] }[] }[]
  }>('deploy/prometheus/prometheus.yml')
  const processes = Array.from({ length: config.processes }, (_, index) => config.http.port + index)
  const targets = scrape_configs.flatMap(one => one.static_configs.flatMap(each => each.targets))
  expect(targets).toEqual(processes.map(port => `millrace:${port}`))
  expect(publishedPortsOf(service('millrace')).map(({ port }) => port)).toEqual(processes)
  for (const file of rule_files) {
    expect(existsSync(besideCompose(join('prometheus', file))), file).toBe(true)
  }
})

test('Grafana finds its dashboards, its data sources, and the variables in them', () => {
  const dashboards = readYaml<{ providers: { options: { path: string } }[] }>(
    'deploy/grafana/provisioning/dashboards/millrace.yaml',
  )
  const mounted = mountsOf(service('grafana')).map(({ target }) => target)
  for (const { options } of dashboards.providers) expect(mounted).toContain(options.path)
  const home = environmentOf('grafana').GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH!
  expect(existsSync(besideCompose(home.replace('/var/lib/', ''))), home).toBe(true)
  const sources = readText('deploy/grafana/provisioning/datasources/millrace.yaml')
  for (const [, name] of sources.matchAll(/\$([A-Z_]+)/g)) {
    expect(Object.keys(environmentOf('grafana'))).toContain(name)
  }
})

test('each data source that a dashboard may ask is provisioned, with its plugin', () => {
  const { datasources } = readYaml<{ datasources: { type: string }[] }>(
    'deploy/grafana/provisioning/datasources/millrace.yaml',
  )
  const types = datasources.map(({ type }) => type)
  expect(types.sort()).toEqual(['grafana-clickhouse-datasource', 'prometheus'])
  const plugins = environmentOf('grafana').GF_PLUGINS_PREINSTALL_SYNC
  expect(plugins).toMatch(/^grafana-clickhouse-datasource@\d+\.\d+\.\d+$/)
})
