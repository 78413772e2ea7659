import type { Type as TypeBox } from 'typebox'

type Schema = Record<string, unknown>

const optional = new WeakSet<object>()

function object(properties: Record<string, Schema>) {
  const required = Object.keys(properties).filter((name) => !optional.has(properties[name] ?? {}))
  return { type: 'object', ...(required.length > 0 && { required }), properties }
}

const made = {
  Boolean: (options: Schema) => ({ type: 'boolean', ...options }),
  Enum: (values: string[], options: Schema) => ({ enum: values, ...options }),
  Integer: (options: Schema) => ({ type: 'integer', ...options }),
  Number: (options: Schema) => ({ type: 'number', ...options }),
  Object: object,
  Optional(schema: Schema) {
    optional.add(schema)
    return schema
  },
  Pick: ({ properties }: { properties: Record<string, Schema> }, names: string[]) =>
    object(Object.fromEntries(names.map((name) => [name, properties[name] ?? {}]))),
  String: (options: Schema) => ({ type: 'string', ...options }),
}

/**
 * What typebox makes of the few kinds of schema that settings need, with its types and the same JSON (`json-schema.test`
 * compares them). typebox itself is 373 files: a half of what a probe takes to start, and 15 MB of a sidecar.
 */
export const Type = made as unknown as Pick<typeof TypeBox, keyof typeof made>
