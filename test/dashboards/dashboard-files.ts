/** The dashboards as they are in their files, as far as tests look at them. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Target {
  readonly refId: string
  readonly datasource: { readonly type: string; readonly uid: string }
  readonly rawSql?: string
  readonly format?: number
  readonly expr?: string
}

export interface PanelModel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly datasource?: { readonly type: string; readonly uid: string }
  readonly interval?: string
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly targets?: readonly Target[]
  readonly options?: { readonly xField?: string }
  readonly fieldConfig?: {
    readonly defaults: { readonly unit?: string }
    readonly overrides: readonly { readonly matcher: { id: string; options: string } }[]
  }
}

export interface VariableModel {
  readonly name: string
  readonly type: string
  readonly query: string | { readonly rawSql?: string; readonly query?: string }
  readonly includeAll: boolean
  readonly datasource?: { readonly type: string; readonly uid: string }
}

export interface DashboardModel {
  readonly uid: string
  readonly title: string
  readonly schemaVersion: number
  readonly panels: readonly PanelModel[]
  readonly templating: { readonly list: readonly VariableModel[] }
}

const FOLDER = fileURLToPath(new URL('../../deploy/grafana/dashboards/', import.meta.url))

export const dashboards: readonly DashboardModel[] = readdirSync(FOLDER)
  .filter(name => name.endsWith('.json'))
  .map(name => JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8')) as DashboardModel)

/** Panels that show something: all but the headings of rows. */
export const shownIn = ({ panels }: DashboardModel): readonly PanelModel[] =>
  panels.filter(({ type }) => type !== 'row')
