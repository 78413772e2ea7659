/**
 * Fastify's `schemaController` for apps without schemas. Without it Fastify loads Ajv and fast-json-stringify at the start,
 * and does not use them.
 */
export const withoutSchemas = { compilersFactory: { buildValidator: noSchema, buildSerializer: noSchema } }

function noSchema(): never {
  throw new Error('a route has a schema: give Fastify its compilers')
}
