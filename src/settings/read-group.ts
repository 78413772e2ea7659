import { envSchema } from 'env-schema'
import type { Report } from './config-error.ts'
import { type Described, type Settings, sayOf } from './setting.ts'
import { settingWords } from './setting-words.ts'

/** Set and non-empty values by name, of the environment and the `--config` file together. */
export type Values = ReadonlyMap<string, string>

// One schema for each setting, since Ajv keeps what it compiled by the object that it was given.
const schemas = new WeakMap<Described, object>()

function schemaOf(setting: Described): object {
  const { name, schema } = setting
  const known = schemas.get(setting) ?? { $id: name, type: 'object', properties: { [name]: schema } }
  schemas.set(setting, known)
  return known
}

/** Ajv alone would also take `0x10`, `1e3`, ` 5 ` and numbers beyond any double, and `true` only in lower case. */
function spelling(type: unknown, value: string): string | undefined {
  if (type === 'boolean') return value.toLowerCase()
  if (type === 'number' || type === 'integer') return /^\d{1,12}(\.\d{1,12})?$/.test(value) ? value : undefined
  return value
}

/**
 * Gives a setting its type, or its default where it has no value. One that is not what it should be is reported, and its
 * default stands in for it, so that the rules between the others can still be looked at.
 */
function check(setting: Described, given: string | undefined, report: Report): unknown {
  const { name, schema, expected } = setting
  const typed = (data: Record<string, string>) => envSchema({ schema: schemaOf(setting), data, env: false })[name]
  if (given === undefined) return typed({})
  const spelt = spelling(schema.type, given)
  try {
    if (spelt !== undefined) return typed({ [name]: spelt })
  } catch (error) {
    if (!(error instanceof Error && 'errors' in error)) throw error // A fault of ours, and not Ajv's verdict.
  }
  report(name, settingWords().shouldBe(expected()))
  return typed({})
}

function isWhole<Group>(settings: Settings<Group>, values: Partial<Group>): values is Group {
  return Object.keys(settings).every((key) => key in values)
}

/** The values of a group of settings, each in the program's units. After a reported problem they must not be used. */
export function readGroup<Group extends object>(
  settings: Settings<Group>,
  given: Values,
  report: Report,
  environment: ReadonlyMap<string, string> = new Map(),
): Group {
  const checked: { [Key in keyof Group]?: unknown } = {}
  for (const key in settings) checked[key] = check(settings[key], given.get(settings[key].name), report)
  const values: Partial<Group> = {}
  for (const key in settings) {
    const setting = settings[key]
    values[key] = setting.read(checked[key], sayOf(setting, report), environment)
  }
  if (!isWhole(settings, values)) throw new Error('a setting was not read')
  return values
}
