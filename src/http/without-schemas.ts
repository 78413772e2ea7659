/**
 * Fastify's `schemaController` where no route has a schema. Without it Fastify loads Ajv and fast-json-stringify at the
 * start, 1.2 MB of source, and asks them for nothing.
 */
export const withoutSchemas = { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } }

function noSchema(): never {
  throw new Error('a route has a schema: give Fastify its compilers')
}
