import type { TopicFormat } from '../../engine/schema/topic-format.ts'
import type { Config } from './config-schema.ts'

/** What the configuration says that a source topic holds. */
export const configuredFormat = ({ topics }: Config, name: string): TopicFormat => {
  const formats = topics as Readonly<Record<string, unknown>>
  return (formats[name] as { readonly format?: TopicFormat } | undefined)?.format ?? 'auto'
}
