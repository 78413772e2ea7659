import { type EnvSchemaOpt, envSchema } from 'env-schema'
import type { Report } from './config-error.ts'
import type { Described } from './setting.ts'

/** Set and non-empty values by name, of the environment and the `--config` file together. */
export type Values = ReadonlyMap<string, string>

type Group = Readonly<Record<string, Described>>

// One Ajv for all calls, the one that env-schema makes at the first: to make one costs more than all else here.
let ajv: NonNullable<EnvSchemaOpt['ajv']> = {
  customOptions(fresh) {
    ajv = fresh
    return fresh
  },
}

// One schema for each group, since Ajv keeps what it compiled by the object that it was given.
const schemas = new WeakMap<Group, object>()

function schemaOf(group: Group): object {
  const known = schemas.get(group)
  if (known !== undefined) return known
  const properties = Object.fromEntries(Object.values(group).map(({ name, schema }) => [name, schema]))
  const schema = { type: 'object', properties }
  schemas.set(group, schema)
  return schema
}

/** The settings that Ajv refuses, by name; anything else is a fault of ours and is thrown on. */
function refusedBy(error: unknown): string[] {
  if (!(error instanceof Error && 'errors' in error && Array.isArray(error.errors))) throw error
  return error.errors.map(({ instancePath }) => String(instancePath).slice(1))
}

/** Ajv would also take `0x10`, `1e3`, ` 5 ` and what is beyond all numbers, and `true` only in lower case. */
function spelling(type: unknown, value: string): string | undefined {
  if (type === 'boolean') return value.toLowerCase()
  if (type === 'number' || type === 'integer') return /^\d{1,12}(\.\d{1,12})?$/.test(value) ? value : undefined
  return value
}

/**
 * Gives the values of a group of settings their types and defaults, by name. One that is not what it should be is
 * reported and left out, so that its default stands in for it and the rules between the others can still be looked at.
 */
export function check(group: Group, values: Values, report: Report): Readonly<Record<string, unknown>> {
  const data: Record<string, string> = {}
  const refuse = ({ name, expected }: Described) => {
    delete data[name]
    report(name, `should be ${expected}`)
  }
  for (const setting of Object.values(group)) {
    const { name, schema } = setting
    const value = values.get(name)
    const spelt = value === undefined ? undefined : spelling(schema.type, value)
    if (spelt !== undefined) data[name] = spelt
    else if (value !== undefined) refuse(setting)
  }
  const validate = () => envSchema({ schema: schemaOf(group), data, env: false, dotenv: false, ajv })
  try {
    return validate()
  } catch (error) {
    const refused = refusedBy(error)
    for (const setting of Object.values(group)) {
      if (refused.includes(setting.name)) refuse(setting)
    }
    return validate()
  }
}
