import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type as TypeBox } from 'typebox'
import { Type } from '../../src/settings/json-schema.ts'

/** Every kind, with and without options, nested as settings nest them. */
function specimens(type: typeof Type) {
  const object = type.Object({
    text: type.String({ description: 'a', pattern: '^x$' }),
    given: type.String({ description: 'b', default: 'x' }),
    left: type.Optional(type.String({ description: 'c' })),
    flag: type.Boolean({ default: true }),
    level: type.Enum(['one', 'two'], { default: 'one' }),
    seconds: type.Number({ default: 1, minimum: 0.5, maximum: 2 }),
    count: type.Integer({ minimum: 1 }),
  })
  return [object, type.Pick(object, ['text', 'left']), type.Pick(object, ['left']), type.Object({})]
}

test('the schema of the settings is the one that typebox would make', () => {
  assert.equal(JSON.stringify(specimens(Type)), JSON.stringify(specimens(TypeBox)))
})
