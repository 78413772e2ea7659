import { type EnvSchemaOpt, envSchema } from 'env-schema'
import type { Static, TObject, TProperties } from 'typebox'
import type { Report } from './config-error.ts'
import { expected } from './schema.ts'

/** Set and non-empty values by name, of the environment and the `--config` file together. */
export type Values = ReadonlyMap<string, string>

// One Ajv for all calls, the one that env-schema makes at the first: to make one costs more than all else here.
let ajv: NonNullable<EnvSchemaOpt['ajv']> = {
  customOptions: (fresh) => {
    const prepared = fresh.addVocabulary(['expected', 'shownDefault'])
    ajv = prepared
    return prepared
  },
}

type Failure = { name: string; missing: boolean }

/** Ajv's errors as names of settings; anything else is a fault of ours and is thrown on. */
function failures(error: unknown): Failure[] {
  if (!(error instanceof Error && 'errors' in error && Array.isArray(error.errors))) throw error
  return error.errors.map(({ instancePath, params }) => {
    const missing: unknown = params?.missingProperty
    return typeof missing === 'string'
      ? { name: missing, missing: true }
      : { name: String(instancePath).slice(1), missing: false }
  })
}

/** Ajv would also take `0x10`, `1e3`, ` 5 ` and what is beyond all numbers, and `true` only in lower case. */
function spelling(type: unknown, value: string): string | undefined {
  if (type === 'boolean') return value.toLowerCase()
  if (type === 'number' || type === 'integer') return /^\d{1,12}(\.\d{1,12})?$/.test(value) ? value : undefined
  return value
}

function typeOf(property: object): unknown {
  return 'type' in property ? property.type : undefined
}

/**
 * Checks the values that `schema` names and gives them their types and defaults. A value that is not what it should be
 * is reported and left out, so that the rules between the others can still be looked at. A missing one is reported
 * unless `reported` already has it.
 * @returns undefined when something that is required is missing
 */
export function check<Properties extends TProperties>(
  schema: TObject<Properties>,
  values: Values,
  report: Report,
  reported: ReadonlySet<string> = new Set(),
): Static<TObject<Properties>> | undefined {
  const data: Record<string, string> = {}
  const refuse = (name: string) => {
    delete data[name]
    report(name, `should be ${expected(schema.properties, name)}`)
  }
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = values.get(name)
    if (value === undefined) continue
    const spelt = spelling(typeOf(property), value)
    if (spelt === undefined) refuse(name)
    else data[name] = spelt
  }
  const validate = () =>
    envSchema<Static<TObject<Properties>>>({
      schema,
      data,
      env: false,
      dotenv: false,
      ajv,
    })
  try {
    return validate()
  } catch (error) {
    const found = failures(error)
    for (const { name } of found.filter(({ name, missing }) => !missing && name in data)) refuse(name)
    const missing = found.filter(({ missing }) => missing)
    for (const { name } of missing.filter(({ name }) => !reported.has(name))) {
      report(name, `required: ${expected(schema.properties, name)}`)
    }
    return missing.length > 0 ? undefined : validate()
  }
}
