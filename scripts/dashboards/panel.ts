/** Panels in the form of Grafana's classic JSON model, with the choices made that all of them share. */
import { CLICKHOUSE, PROMETHEUS, type Source } from './variable.ts'

export interface Panel {
  /** Of the 24 columns. */
  readonly width: number
  /** In Grafana's units, of 30 pixels. */
  readonly height: number
  /** All but its id and its place. */
  readonly model: object
}

/** From this value on the colour is another. */
export type Step = readonly [from: number, color: 'green' | 'yellow' | 'orange' | 'red' | 'blue']

/** What to set for the fields of a name, or of names that match `/…/`. */
export interface Override {
  readonly field: string
  readonly unit?: string
  readonly color?: string
  readonly decimals?: number
  readonly name?: string
  readonly custom?: Readonly<Record<string, unknown>>
}

export interface PanelOptions {
  readonly title: string
  /** What it shows, and what to think of it. Every panel has one. */
  readonly description: string
  readonly width: number
  readonly height?: number
  /** Grafana's name of the unit, such as `percentunit`. */
  readonly unit: string
  readonly decimals?: number
  readonly min?: number
  readonly max?: number
  readonly steps?: readonly Step[]
  /** No interval is shorter, such as `1h` for what is counted by the hour. */
  readonly every?: string
  readonly overrides?: readonly Override[]
}

/** What a panel asks, and of whom. */
export interface Questions {
  readonly source: Source
  readonly targets: readonly object[]
}

/**
 * A series over time: its first column is the time, in ascending order. A column of text parts it into
 * several series; a single number is then called `Value`, so that Grafana names a series by its text.
 */
export const overTime = (rawSql: string): Questions => clickHouse(rawSql, 0)
/** Rows as they are. */
export const rows = (rawSql: string): Questions => clickHouse(rawSql, 1)

const clickHouse = (rawSql: string, format: 0 | 1): Questions => ({
  source: CLICKHOUSE,
  targets: [
    {
      refId: 'A',
      datasource: CLICKHOUSE,
      editorType: 'sql',
      queryType: format === 0 ? 'timeseries' : 'table',
      format,
      rawSql: rawSql.trim(),
    },
  ],
})

/** PromQL by the legend of its series; `{{label}}` in a legend is the value of that label. */
export const promQl = (expressions: Readonly<Record<string, string>>): Questions =>
  prometheus(expressions, { range: true, instant: false })

/** The same, of this moment alone. */
export const promQlNow = (expressions: Readonly<Record<string, string>>): Questions =>
  prometheus(expressions, { range: false, instant: true })

const prometheus = (expressions: Readonly<Record<string, string>>, kind: object): Questions => ({
  source: PROMETHEUS,
  targets: Object.entries(expressions).map(([legendFormat, expr], index) => ({
    refId: String.fromCharCode('A'.charCodeAt(0) + index),
    datasource: PROMETHEUS,
    editorMode: 'code',
    expr,
    legendFormat,
    ...kind,
  })),
})

/** One number, or one for each series. */
export const stat = (options: PanelOptions, questions: Questions): Panel =>
  panel('stat', { height: 4, ...options }, questions, {
    custom: {},
    options: {
      colorMode: options.steps ? 'value' : 'none',
      graphMode: 'none',
      justifyMode: 'auto',
      orientation: 'auto',
      textMode: 'auto',
      wideLayout: true,
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  })

export interface TimeSeriesOptions extends PanelOptions {
  /** On top of each other, as bars. */
  readonly stacked?: boolean
  /** Values hold until the next. */
  readonly stepped?: boolean
  /** `log` where values of all sizes meet. */
  readonly scale?: 'linear' | 'log'
}

export const timeSeries = (options: TimeSeriesOptions, questions: Questions): Panel =>
  panel('timeseries', options, questions, {
    custom: {
      drawStyle: options.stacked ? 'bars' : 'line',
      lineInterpolation: options.stepped ? 'stepAfter' : 'linear',
      lineWidth: 1,
      fillOpacity: options.stacked ? 70 : 10,
      showPoints: 'auto',
      spanNulls: options.stepped ?? false,
      stacking: { mode: options.stacked ? 'normal' : 'none', group: 'A' },
      scaleDistribution: options.scale === 'log' ? { type: 'log', log: 10 } : { type: 'linear' },
      thresholdsStyle: { mode: options.steps ? 'line' : 'off' },
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  })

export interface BarOptions extends PanelOptions {
  /** The column with the names of the bars. */
  readonly x: string
  readonly stacked?: boolean
  readonly horizontal?: boolean
}

/** Bars by name; each further column is a colour. */
export const bars = (options: BarOptions, questions: Questions): Panel =>
  panel('barchart', options, questions, {
    custom: { fillOpacity: 80, lineWidth: 1 },
    options: {
      xField: options.x,
      orientation: options.horizontal ? 'horizontal' : 'vertical',
      stacking: options.stacked ? 'normal' : 'none',
      showValue: 'auto',
      groupWidth: 0.7,
      barWidth: 0.9,
      barRadius: 0,
      fullHighlight: false,
      xTickLabelRotation: 0,
      xTickLabelSpacing: 0,
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'none' },
    },
  })

export const table = (options: PanelOptions, questions: Questions): Panel =>
  panel('table', options, questions, {
    custom: { align: 'auto', cellOptions: { type: 'auto' }, filterable: true, inspect: false },
    options: { showHeader: true, cellHeight: 'sm', footer: { show: false } },
  })

const DEFAULT_HEIGHT = 8

const panel = (
  type: string,
  { title, description, width, height = DEFAULT_HEIGHT, every, ...fields }: PanelOptions,
  { source, targets }: Questions,
  { custom, options }: { custom: object; options: object },
): Panel => ({
  width,
  height,
  model: {
    type,
    title,
    description,
    datasource: source,
    ...(every === undefined ? {} : { interval: every }),
    targets,
    fieldConfig: { defaults: { ...defaultsOf(fields), custom }, overrides: overridesOf(fields) },
    options,
  },
})

type FieldOptions = Omit<PanelOptions, 'title' | 'description' | 'width' | 'height' | 'every'>

const defaultsOf = ({ unit, decimals, min, max, steps }: FieldOptions) => ({
  unit,
  ...(decimals === undefined ? {} : { decimals }),
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
  color: { mode: steps ? 'thresholds' : 'palette-classic' },
  mappings: [],
  thresholds: { mode: 'absolute', steps: stepsOf(steps ?? []) },
})

const stepsOf = (steps: readonly Step[]) => [
  { color: 'green', value: null },
  ...steps.map(([value, color]) => ({ color, value })),
]

const overridesOf = ({ overrides = [] }: FieldOptions) =>
  overrides.map(({ field, ...set }) => ({
    matcher: field.startsWith('/')
      ? { id: 'byRegexp', options: field }
      : { id: 'byName', options: field },
    properties: propertiesOf(set),
  }))

const propertiesOf = ({ unit, color, decimals, name, custom = {} }: Omit<Override, 'field'>) => [
  ...(unit === undefined ? [] : [{ id: 'unit', value: unit }]),
  ...(decimals === undefined ? [] : [{ id: 'decimals', value: decimals }]),
  ...(name === undefined ? [] : [{ id: 'displayName', value: name }]),
  ...(color ? [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }] : []),
  ...Object.entries(custom).map(([id, value]) => ({ id: `custom.${id}`, value })),
]
