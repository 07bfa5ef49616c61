/** Every key of `millrace.yaml`, with its unit, its default and its limits. */
import { z } from 'zod'
import { topics } from '../../events.ts'
import { SNAPSHOT_BYTES_MIN } from '../../logs/snapshot-due.ts'
import { isBroker } from '../../replay/places.ts'
import {
  choice,
  choiceOrNone,
  requiredName,
  section,
  sectionOrNone,
  switchedSection,
  text,
  textOr,
  texts,
  truth,
  url,
  whole,
  wholeOrNone,
} from './key.ts'

const HOUR_MS = 3_600_000

const tls = {
  ca: text({
    doc: "Certificates to trust, as a PEM file, instead of the system's.",
    wants: 'the path of a PEM file',
    path: true,
  }),
  cert: text({
    doc: 'Our own certificate, where the server asks for one. A PEM file.',
    wants: 'the path of a PEM file',
    path: true,
  }),
  key: text({
    doc: 'The key of our own certificate. A PEM file.',
    wants: 'the path of a PEM file',
    path: true,
  }),
  passphrase: text({ doc: 'What the key is encrypted with.', secret: true }),
  rejectUnauthorized: truth(true, {
    doc: 'Whether a certificate that nobody vouches for is refused. Off is for tests alone.',
  }),
}

const oidc = sectionOrNone(
  {
    url: url({
      doc: "Of the identity provider's token endpoint. https, unless it is on this host.",
    }),
    clientId: text({ doc: 'Who we are to the provider.' }),
    clientSecret: text({ doc: 'What proves it.', secret: true }),
    scope: text({ doc: 'What the token is for, where the provider asks.' }),
    ca: text({
      doc: "Certificates to trust for the provider, as a PEM file, instead of the system's.",
      wants: 'the path of a PEM file',
      path: true,
    }),
  },
  'For OAUTHBEARER: where to get tokens, by the client credentials grant. Each is used for most of its life.',
)

const sasl = {
  mechanism: choiceOrNone(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'], {
    doc:
      'How we say who we are. PLAIN sends the password as it is, so use it over TLS. There is no ' +
      'GSSAPI (Kerberos).',
  }),
  username: text({ doc: 'For PLAIN and SCRAM.' }),
  password: text({ doc: 'For PLAIN and SCRAM.', secret: true }),
  token: text({ doc: 'For OAUTHBEARER: a token that does not end.', secret: true }),
  tokenFile: text({
    doc: 'For OAUTHBEARER: a file that always holds the present token, and is read again for each.',
    wants: 'the path of a file',
    path: true,
  }),
  oidc,
}

const log = section(
  {
    client: choice(['rdkafka', 'kafkajs', 'lmdb'], 'rdkafka', {
      doc:
        'Where records are: on Kafka by librdkafka or by kafkajs, which needs no compiler and does ' +
        'at-least-once only; or in the data directory, without any server.',
    }),
    brokers: texts(
      {
        doc: 'Where to find the cluster, by port 9092 where none is given. Wanted on Kafka.',
        wants: 'a list as [host:9092, other:9092], or a text with commas',
      },
      text => isBroker(text) || isBroker(`${text}:9092`),
    ),
    tls: switchedSection(tls, 'Encrypts the connections. `true` trusts what the system trusts.'),
    sasl: sectionOrNone(sasl, 'Says to the brokers who we are.'),
    compression: choice(['none', 'gzip', 'snappy', 'lz4', 'zstd'], 'lz4', {
      doc: 'Of what is written. kafkajs has none and gzip.',
    }),
    replicationFactor: wholeOrNone(1, 9, {
      doc: 'Copies of each topic that is created.',
      otherwise: "the cluster's",
    }),
    sessionTimeoutMs: whole(3_000, HOUR_MS, 10_000, {
      doc: 'A process that is silent for so long is held to be dead, and its slices are given away.',
      unit: 'ms',
    }),
    transactionTimeoutMs: whole(1_000, 900_000, 10_000, {
      doc: 'A transaction that is not finished by then is given up by the brokers.',
      unit: 'ms',
    }),
    groupProtocol: choice(['classic', 'consumer'], 'classic', {
      doc: 'How processes share slices. `consumer` is KIP-848, whose time-outs the cluster sets.',
    }),
    groupInstanceId: text({
      doc:
        'Static membership: `<id>-<process>` keeps its slices over a restart within the session ' +
        'time-out, and a process that ends gives them back only after it.',
      otherwise: 'dynamic',
    }),
  },
  'The log: where events come from, and results and state go.',
)

const format = (topic: string) =>
  sectionOrNone(
    {
      format: choice(['auto', 'avro', 'json'], 'auto', {
        doc:
          'What producers write: Avro in the frame of the schema registry, or plain JSON. `auto` tells ' +
          'by the first byte; of the other two, what is written in the other is a dead letter.',
      }),
    },
    `The topic \`${topic}\`.`,
  )

/** Topics that are not made here. */
export const sourceTopics = topics.filter(({ kind }) => kind !== 'result')

const topicKeys = {
  createMissing: truth(true, {
    doc: 'Whether source topics that are not there are created; else a run refuses to start.',
  }),
  partitions: wholeOrNone(1, 1_024, {
    doc: 'Of source topics that are created.',
    otherwise: 'as `partitions`',
  }),
}

type SourceFormats = Readonly<Record<string, ReturnType<typeof format>>>

const sourceFormats: SourceFormats = Object.fromEntries(
  sourceTopics.map(({ name }) => [name, format(name)]),
)

const clickhouse = sectionOrNone(
  {
    url: url({ doc: 'Of its HTTP interface.' }),
    username: textOr('default', { doc: 'Who writes.' }),
    password: text({ doc: 'Of that user.', secret: true, otherwise: 'none' }),
    database: textOr('millrace', { doc: 'Is made where it is missing.' }),
    tls: switchedSection(
      tls,
      'For an `https` address whose certificate the system does not trust.',
    ),
  },
  'Stores all topics in tables. Without it there are none.',
)

export const configSchema = z.strictObject({
  application: requiredName(/^[a-z][a-z0-9-]{0,62}$/, {
    doc: 'Names the consumer group and the topics of the application. Never changes for its state.',
    wants: 'a name in lower case as shop-live, of up to 63 letters, digits and hyphens',
  }),
  pipelines: texts({
    doc: 'Those that run.',
    wants: 'a list of pipelines as [fraud-scores, lifecycle-segments], or all',
    otherwise: 'all',
    word: 'all',
  }),
  data: textOr('.millrace', {
    doc: 'The folder for snapshots and the identity of this instance. One run has it at a time.',
    wants: 'the path of a folder',
    path: true,
  }),
  snapshotBytesMin: whole(4_096, 1 << 30, SNAPSHOT_BYTES_MIN, {
    doc:
      'Snapshots of a slice are saved when its changelogs have grown by so much since the last ones, ' +
      'and by as much as those take.',
    unit: 'bytes',
  }),
  processes: whole(1, 64, 1, { doc: 'Processes of this run. They share the slices.' }),
  partitions: whole(1, 1_024, 8, {
    doc: 'Slices of the application: at most so many processes have work. Fixed at its first start.',
  }),
  guarantee: choice(['exactly-once', 'at-least-once'], 'exactly-once', {
    doc: 'At-least-once is quicker: after a crash results may repeat, with the same `resultId`.',
  }),
  commitIntervalMs: whole(1, 60_000, 100, {
    doc: 'Time between commits, while records do not come faster than they are taken in.',
    unit: 'ms',
  }),
  commitRecords: whole(1, 100_000, 4_000, { doc: 'Records of a commit, at most.' }),
  idleTimeoutMs: whole(0, HOUR_MS, 2_000, {
    doc: 'A partition that was read to its end is held to be quiet after so long.',
    unit: 'ms',
  }),
  drainTimeoutMs: whole(1_000, HOUR_MS, 30_000, {
    doc: 'How long SIGTERM waits for the last commit, before processes are killed.',
    unit: 'ms',
  }),
  restarts: section(
    {
      max: whole(0, 10_000, 10, {
        doc: 'The run ends with 1 where its processes have crashed more often than this.',
      }),
      withinMs: whole(1_000, 24 * HOUR_MS, 600_000, {
        doc: 'Crashes count for so long.',
        unit: 'ms',
      }),
    },
    'What happens to a process that ends by itself: it is started again, after 1 s to 30 s.',
  ),
  log,
  topics: section({ ...topicKeys, ...sourceFormats }, 'Source topics.'),
  schemaRegistry: sectionOrNone(
    {
      url: url({ doc: "Of a registry with Confluent's HTTP interface." }),
      username: text({ doc: 'For basic authentication.' }),
      password: text({ doc: 'For basic authentication.', secret: true }),
      tls: switchedSection(
        tls,
        'For an `https` address whose certificate the system does not trust.',
      ),
    },
    'Where schemas are registered and looked up. Without it, ids are those of the schema files.',
  ),
  sinks: section({ clickhouse }, 'Where results go besides the log.'),
  http: section(
    {
      port: whole(0, 65_535, 9_464, {
        doc: 'Metrics, health and status; process 1 has the next port, and so on. 0 is any.',
      }),
      host: textOr('127.0.0.1', {
        doc: 'The address to listen on. Whoever can reach it is asked for no password.',
      }),
    },
    'What the processes tell of themselves.',
  ),
})

export type Config = z.infer<typeof configSchema>
