import type { Agreement, AnyInput, FieldKey, Pipeline } from './pipeline.ts'
import type { AnyCell } from './state/cell.ts'
import { spanText } from './time.ts'

/**
 * The shape of a pipeline as plain text, the same wherever the pipeline is the same. Compared with
 * a golden text in a test, it lets a review see a change of topology or of saved state.
 */
export const describe = (pipeline: Pipeline): string =>
  [
    `${pipeline.id} ${pipeline.version}, generation ${pipeline.generation}, ${pipeline.order} order`,
    ...section('inputs', Object.entries(pipeline.inputs).flatMap(inputLines)),
    ...gatherLines(pipeline),
    ...section('references', referenceLines(pipeline)),
    ...section('state', Object.entries(pipeline.state).map(cellLine)),
    ...section('timers', timerLines(pipeline)),
    `output ${pipeline.output.name}`,
    '',
  ].join('\n')

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [title, ...lines.map(line => `  ${line}`)]

const inputLines = ([name, input]: [string, AnyInput]): string[] => {
  const { name: topic, fields, keyedBy } = input.from
  const isBack = input.feedback ? ' (feedback)' : ''
  return [
    `${name} <- ${topic} (${fields === null ? 'all fields' : fields.join(', ')})${isBack}`,
    `  keyed by ${keyedBy.join('@')}, ${routeOf(input)}${input.when ? ', filtered' : ''}`,
    ...(input.feedback ? [] : lateLines(input)),
    ...(input.agree ? [`  ${agreementText(input.agree)}`] : []),
  ]
}

const lateLines = ({ late, disorderMs, disorderBy, holdsBack }: AnyInput): string[] => [
  `  late ${late}, disorder ${spanText(disorderMs)}${disorderBy === 'key' ? ' by key' : ''}`,
  ...(holdsBack ? [] : ['  holds nothing back']),
]

const agreementText = ({ field, within, listedIn }: Agreement): string =>
  `one ${field} per ${within}${listedIn === undefined ? '' : `, as listed in ${listedIn}`}`

/** Direct only where it is certain: the key is the very field that the topic is keyed by. */
const routeOf = ({ key, keys, from }: AnyInput): string => {
  if (keys !== undefined) return 'exchange to several keys'
  if (key === undefined) return 'scattered'
  const { field } = key as Partial<FieldKey<string>>
  if (field === undefined) return 'exchange'
  return from.keyedBy.length === 1 && from.keyedBy[0] === field ? 'direct' : `exchange by ${field}`
}

const gatherLines = ({ parts, gatherTimeoutMs }: Pipeline): string[] =>
  parts === null
    ? []
    : section('scatter', [
        `parts ${parts.join(', ')}`,
        `gathered again, within ${spanText(gatherTimeoutMs)}`,
      ])

const referenceLines = ({ references, accepts }: Pipeline): string[] =>
  Object.entries(references).map(
    ([name, topic]) =>
      `${name} <- ${topic.name} (${topic.kind})${accepts[name] ? ', those accepted' : ''}`,
  )

const cellLine = ([name, { kind, bounds }]: [string, AnyCell]): string => {
  const parts = Object.entries(bounds).map(
    ([bound, value]) => `${bound} ${boundText(bound, value)}`,
  )
  return parts.length === 0 ? `${name}: ${kind}` : `${name}: ${kind}, ${parts.join(', ')}`
}

const boundText = (bound: string, value: number | string): string =>
  typeof value === 'number' && bound.endsWith('Ms') ? spanText(value) : String(value)

const timerLines = ({ onTimer, forgetAfterMs }: Pipeline): string[] => [
  `forgotten ${spanText(forgetAfterMs)} after the last event`,
  ...Object.keys(onTimer).sort(),
]
