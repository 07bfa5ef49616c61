/**
 * Reads what `/metrics` gives out as a scraper does, and says what breaks the rules of the text
 * format 0.0.4 and of Prometheus' naming, as `promtool check metrics` would.
 */

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly samples: Sample[]
}

const HELP = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/
const TYPE = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary)$/
const SAMPLE =
  /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? ([Nn]a[Nn]|[+-]?Inf|-?[0-9.]+(?:e[+-]?\d+)?)$/
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\n"])*)"(?:,|$)/

/** Fails at the first line that cannot be read. */
export const familiesIn = (text: string): readonly Family[] => {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  const families: Family[] = []
  let help: RegExpExecArray | null = null
  for (const line of text.split('\n').filter(each => each !== '')) {
    const type = TYPE.exec(line)
    if (line.startsWith('# HELP')) help = HELP.exec(line)
    else if (type)
      families.push({ name: type[1]!, type: type[2]!, help: helpFor(type[1]!, help), samples: [] })
    else belonging(families, line)
  }
  return families
}

const helpFor = (name: string, help: RegExpExecArray | null): string => {
  if (help?.[1] !== name) throw new Error(`${name} has no help`)
  return help[2]!
}

const belonging = (families: readonly Family[], line: string): void => {
  const family = families.at(-1)
  const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? []
  if (!family || !suffixesOf(family).some(suffix => name === family.name + suffix)) {
    throw new Error(`a line that belongs to no metric: ${line}`)
  }
  const number = value.endsWith('Inf') ? Number(value.replace('Inf', 'Infinity')) : Number(value)
  family.samples.push({ name, labels: labelsIn(labels), value: number })
}

const suffixesOf = ({ type }: Family): readonly string[] =>
  ({ histogram: ['_bucket', '_sum', '_count'], summary: ['', '_sum', '_count'] })[type] ?? ['']

const labelsIn = (text: string): Record<string, string> => {
  const labels: Record<string, string> = {}
  for (let rest = text; rest !== ''; ) {
    const [all, name, value] = LABEL.exec(rest) ?? []
    if (all === undefined) throw new Error(`labels that cannot be read: ${rest}`)
    labels[name!] = value!
    rest = rest.slice(all.length)
  }
  return labels
}

/** Named by prom-client; three gauges of it end with `_total`. */
const OF_THE_PROCESS = /^(process|nodejs)_/

/** One sentence per breach. */
export const breachesIn = (families: readonly Family[]): readonly string[] => [
  ...families.filter(({ name }) => !OF_THE_PROCESS.test(name)).flatMap(nameBreaches),
  ...families.filter(({ type }) => type === 'histogram').flatMap(bucketBreaches),
  ...twice(families.map(({ name }) => name)),
  ...twice(families.flatMap(({ samples }) => samples.map(seriesOf))),
]

const nameBreaches = ({ name, type }: Family): string[] => {
  const isTotal = name.endsWith('_total')
  if (type === 'counter' && !isTotal) return [`${name} is a counter and does not end with _total`]
  if (type !== 'counter' && isTotal) return [`${name} ends with _total and is no counter`]
  if (/_(ms|milliseconds|minutes|kb|kilobytes|percent)(_|$)/.test(name)) {
    return [`${name} is not in the base unit`]
  }
  return /_(count|sum|bucket)$/.test(name) ? [`${name} ends as a part of a histogram does`] : []
}

/** Bounds rise, counts do not fall, and the last bucket has all. */
const bucketBreaches = ({ name, samples }: Family): string[] =>
  [...bySeries(samples)].flatMap(([labels, group]) => {
    const buckets = group.filter(sample => sample.name === `${name}_bucket`)
    const count = group.find(sample => sample.name === `${name}_count`)
    const bounds = buckets.map(({ labels: { le = '' } }) => (le === '+Inf' ? Infinity : Number(le)))
    const rises = bounds.every((bound, at) => at === 0 || bound > bounds[at - 1]!)
    const grows = buckets.every(({ value }, at) => at === 0 || value >= buckets[at - 1]!.value)
    const isWhole = bounds.at(-1) === Infinity && buckets.at(-1)?.value === count?.value
    return rises && grows && isWhole ? [] : [`the buckets of ${name} ${labels} do not add up`]
  })

/** Samples that differ in their bucket alone belong together. */
const bySeries = (samples: readonly Sample[]): Map<string, Sample[]> => {
  const groups = new Map<string, Sample[]>()
  for (const sample of samples) {
    const { le: _, ...others } = sample.labels
    const series = JSON.stringify(others)
    groups.set(series, [...(groups.get(series) ?? []), sample])
  }
  return groups
}

const seriesOf = ({ name, labels }: Sample): string =>
  `${name} ${JSON.stringify(Object.entries(labels).sort())}`

const twice = (names: readonly string[]): string[] =>
  names.filter((name, at) => names.indexOf(name) !== at).map(name => `${name} is there twice`)
