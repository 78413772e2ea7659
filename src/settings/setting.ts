import type { ConfigProblem, Report } from './config-error.ts'
import { expectedWords } from './expected-words.ts'
import { settingWords } from './setting-words.ts'
import { toMs } from './values.ts'

/** The description of a setting. */
export type Described = Readonly<{
  name: string
  /** As it would be written in a configuration file; undefined: no default; empty: derived from other settings. */
  default: string | undefined
  /** For people: the default, `required`, `none`, or how it follows from another setting. */
  shownDefault: string
  /** The sentence of docs/settings.md and of config.example.env. */
  description: string
  /** Completes "should be …", in the language that is spoken. */
  expected: () => string
  required: boolean
  /** Whether `{name}_FILE` names a file that holds the value. */
  file: boolean
  /** A placeholder for config.example.env, in place of a default. */
  example?: string
  /** JSON Schema of the text, for env-schema. */
  schema: Readonly<Record<string, unknown>>
}>

/** Reports a problem of a setting, never with its value; without a sentence: "should be" and what is `expected`. */
export type Say = (problem?: string, kind?: ConfigProblem['kind']) => undefined

type Environment = ReadonlyMap<string, string>
type Read<From, Value> = (from: From, say: Say, environment: Environment) => Value

/** One setting: its description, how it is read into the program's units, and how it is shown. */
export type Setting<Value> = Described &
  Readonly<{
    /** Reads the value that env-schema has checked. A wrong one is reported, and a harmless value stands in for it. */
    read: Read<unknown, Value>
    /** Undefined: not shown. */
    show: ((value: NonNullable<Value>) => string) | undefined
  }>

/** The entries of a group, by the names that their values have in the program. */
export type Settings<Values> = { readonly [Key in keyof Values]: Setting<Values[Key]> }

export type ValuesOf<Group> = {
  readonly [Key in keyof Group]: Group[Key] extends Setting<infer Value> ? Value : never
}

export function sayOf({ name, expected }: Described, report: Report): Say {
  return (problem = settingWords().shouldBe(expected()), kind): undefined => {
    report(name, problem, kind)
  }
}

type Words = Pick<Described, 'description'> & Partial<Described>
type Text<Value> = Words &
  Pick<Described, 'expected'> & { read: Read<string, Value | undefined>; show?: (value: NonNullable<Value>) => string }

function setting<Value>(
  words: Words & Pick<Described, 'name' | 'expected' | 'schema'>,
  read: Read<unknown, Value>,
  show: Setting<Value>['show'],
): Setting<Value> {
  const fallback = words.schema.default === undefined ? undefined : String(words.schema.default)
  return { default: fallback, shownDefault: fallback || 'none', required: false, file: false, ...words, read, show }
}

/** A text that `read` makes a value of. If `read` reports a problem, the default stands in. */
export function text<Value>(name: string, value: string, { read, show, ...words }: Text<Value>): Setting<Value> {
  const schema = { type: 'string', default: value, ...words.schema }
  function readOrDefault(checked: unknown, say: Say, environment: Environment): Value {
    const found = read(String(checked), say, environment) ?? read(value, say, environment)
    if (found === undefined) throw new Error(`the default of ${name} cannot be read`)
    return found
  }
  return setting({ ...words, name, schema }, readOrDefault, show)
}

/** A text that need not be given. */
export function optional<Value>(name: string, { read, show, ...words }: Text<Value>): Setting<Value | undefined> {
  const readGiven: Read<unknown, Value | undefined> = (checked, say, environment) =>
    checked === undefined ? undefined : read(String(checked), say, environment)
  return setting<Value | undefined>({ ...words, name, schema: { type: 'string', ...words.schema } }, readGiven, show)
}

/** A text that must be given, here or in the file of `{name}_FILE`. */
export function credential(name: string, { read, show, ...words }: Text<string>): Setting<string> {
  const kind = { name, shownDefault: 'required', required: true, file: true, schema: { type: 'string' } }
  const readGiven: Read<unknown, string> = (checked, say, environment) => {
    if (checked === undefined) say(settingWords().required(words.expected()), 'missing')
    else if (checked === words.example) say(settingWords().placeholder(words.expected()))
    else return read(String(checked), say, environment) ?? ''
    return ''
  }
  return setting({ ...words, ...kind }, readGiven, show)
}

/** A text that need not be given, and may be a secret: here or in the file of `{name}_FILE`. */
export function secret<Value>(name: string, words: Text<Value>): Setting<Value | undefined> {
  return optional(name, { ...words, file: true })
}

export function flag(name: string, value: boolean, words: Words): Setting<boolean> {
  const kind = { name, expected: () => expectedWords().trueOrFalse, schema: { type: 'boolean', default: value } }
  return setting({ ...words, ...kind }, (checked) => checked === true, String)
}

/** A setting that is not shown, since the value of another setting tells it. */
export function implied<Value>(entry: Setting<Value>): Setting<Value> {
  return { ...entry, show: undefined }
}

export function choice<const Choices extends readonly string[]>(
  name: string,
  choices: Choices,
  value: Choices[number],
  words: Words,
): Setting<Choices[number]> {
  const kind = { name, expected: () => expectedWords().oneOf(choices), schema: { enum: choices, default: value } }
  const read = (checked: unknown) => choices.find((one) => one === checked) ?? value
  return setting<Choices[number]>({ ...words, ...kind }, read, String)
}

/** setTimeout takes at most 2^31 - 1 ms; more fires at once. */
const maxSeconds = 2_000_000

type Limits = Readonly<{ minimum: number; maximum: number }>

function duration(name: string, value: number, limits: Limits, words: Words): Setting<number> {
  const schema = { type: 'number', default: value, ...limits }
  const expected = () => expectedWords().seconds(limits.minimum, limits.maximum)
  const read = (checked: unknown) => toMs(Number(checked))
  return setting({ ...words, name, expected, schema }, read, (ms) => String(ms / 1000))
}

/** Seconds above 0, in ms; at least 1 ms. */
export const seconds = (name: string, value: number, words: Words) =>
  duration(name, value, { minimum: 0.001, maximum: maxSeconds }, words)
export const secondsOrNone = (
  name: string,
  value: number,
  { most = maxSeconds, ...words }: Words & { most?: number },
) => duration(name, value, { minimum: 0, maximum: most }, words)

export function count(name: string, value: number, { most, ...words }: Words & { most: number }): Setting<number> {
  const schema = { type: 'integer', default: value, minimum: 1, maximum: most }
  const expected = () => expectedWords().wholeNumber(most)
  return setting({ ...words, name, expected, schema }, Number, String)
}
