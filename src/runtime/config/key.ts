/**
 * What a key of the configuration takes, with what is to be said of it. The schema is made of these,
 * and so are the messages, the printed configuration and the page of the manual.
 */
import { z } from 'zod'

export interface KeyInfo {
  /** One or two sentences. */
  readonly doc: string
  /** What is to be given, as it stands after "give". */
  readonly wants: string
  readonly unit?: string
  /** What is said of a default that is not a value of its own. */
  readonly otherwise?: string
  /** Stands for a default that is not a value of its own where the configuration is printed or read. */
  readonly word?: string
  /** Never printed. */
  readonly secret?: true
  /** A file or a folder, relative to the configuration's own. */
  readonly path?: true
}

type Said = Omit<KeyInfo, 'wants'>

const infos = z.registry<KeyInfo>()

export const infoOf = (schema: z.core.$ZodType): KeyInfo | undefined => infos.get(schema)

const known = <Schema extends z.ZodType>(schema: Schema, info: KeyInfo): Schema => {
  infos.add(schema, info)
  return schema
}

/** Values from the environment are text, so a number or a truth may stand in quotes as well. */
const read = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(value => {
    if (typeof value !== 'string') return value
    if (/^-?\d+$/.test(value)) return Number(value)
    return value === 'true' || value === 'false' ? value === 'true' : value
  }, schema)

export const whole = (least: number, most: number, standard: number, said: Said) =>
  known(read(z.int().min(least).max(most)).default(standard), {
    ...said,
    wants: `a whole number from ${least} to ${most}`,
  })

/** Without a default. */
export const wholeOrNone = (least: number, most: number, said: Said) =>
  known(read(z.int().min(least).max(most)).optional(), {
    ...said,
    wants: `a whole number from ${least} to ${most}`,
  })

export const truth = (standard: boolean, said: Said) =>
  known(read(z.boolean()).default(standard), { ...said, wants: 'true or false' })

export const choice = <const Names extends readonly [string, ...string[]]>(
  names: Names,
  standard: Names[number],
  said: Said,
) => known(z.enum(names).default(standard as never), { ...said, wants: oneOf(names) })

export const choiceOrNone = <const Names extends readonly [string, ...string[]]>(
  names: Names,
  said: Said,
) => known(z.enum(names).optional(), { ...said, wants: oneOf(names) })

export const text = (said: Said & { readonly wants?: string }) =>
  known(
    z
      .string()
      .min(said.secret ? 0 : 1)
      .max(TEXT_MAX)
      .optional(),
    { wants: 'a text', ...said },
  )

export const textOr = (standard: string, said: Said & { readonly wants?: string }) =>
  known(z.string().min(1).max(TEXT_MAX).default(standard), { wants: 'a text', ...said })

export const requiredName = (pattern: RegExp, said: Said & { readonly wants: string }) =>
  known(z.string().regex(pattern), said)

export const url = (said: Said) =>
  known(
    z
      .url({ protocol: /^https?$/ })
      .max(TEXT_MAX)
      .optional(),
    {
      ...said,
      wants: 'an address as http://host:port or https://host:port',
    },
  )

/**
 * A list, or a text with commas.
 *
 * @param isOne whether a text may be an item
 */
export const texts = (
  said: Said & { readonly wants: string },
  isOne: (text: string) => boolean = () => true,
) =>
  known(
    z
      .preprocess(
        value => (value === said.word ? undefined : listed(value)),
        z.array(z.string().min(1).max(TEXT_MAX).refine(isOne)).min(1).max(LIST_MAX).optional(),
      )
      .optional(),
    said,
  )

const listed = (value: unknown): unknown =>
  typeof value === 'string' ? value.split(',').map(each => each.trim()) : value

/** Keys below a key. What is not among them is refused. */
export const section = <Shape extends z.core.$ZodLooseShape>(shape: Shape, doc: string) =>
  known(z.strictObject(shape).prefault({} as never), { doc, wants: WANTS_KEYS })

/** A section that may be missing as a whole. */
export const sectionOrNone = <Shape extends z.core.$ZodLooseShape>(shape: Shape, doc: string) =>
  known(z.strictObject(shape).optional(), { doc, wants: WANTS_KEYS })

/** The same, where `true` stands for a section without keys, and `false` for none. */
export const switchedSection = <Shape extends z.core.$ZodLooseShape>(shape: Shape, doc: string) =>
  known(z.preprocess(switched, z.strictObject(shape).optional()).optional(), {
    doc,
    wants: `true, false, or ${WANTS_KEYS}`,
  })

const switched = (value: unknown): unknown => {
  if (value === true || value === 'true') return {}
  return value === false || value === 'false' ? undefined : value
}

/** The keys of a section; null where the schema is none. */
export const shapeOf = (
  schema: z.core.$ZodType,
): Readonly<Record<string, z.core.$ZodType>> | null => {
  const { def } = schema._zod
  if (def.type === 'object') return (def as z.core.$ZodObjectDef).shape
  const { innerType, out } = def as { innerType?: z.core.$ZodType; out?: z.core.$ZodType }
  const inner = innerType ?? out
  return inner === undefined ? null : shapeOf(inner)
}

const TEXT_MAX = 4_096
const LIST_MAX = 100
const WANTS_KEYS = 'keys below it, indented'

const oneOf = (names: readonly string[]): string =>
  names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
