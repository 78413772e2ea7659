import type { TSchemaOptions } from 'typebox'
import { Type } from './json-schema.ts'

/**
 * What a setting says of itself: `expected` completes "should be …" in problems, `description` is the sentence of the
 * README and of config.example.env, `shownDefault` stands where a default follows from another setting.
 */
type Words = { description: string; expected: string; shownDefault?: string }

/** setTimeout takes at most 2^31 - 1 ms; more fires at once. */
const maxSeconds = 2_000_000

export const text = (words: Words, options: TSchemaOptions & { pattern?: string } = {}) =>
  Type.String({ ...words, ...options })
export const optional = (words: Words, options: { pattern?: string } = {}) => Type.Optional(text(words, options))
export const flag = (value: boolean, description: string) =>
  Type.Boolean({ default: value, description, expected: 'true or false' })
export const choice = <const Values extends string[]>(
  values: readonly [...Values],
  value: Values[number],
  description: string,
) => Type.Enum(values, { default: value, description, expected: `one of ${values.join(', ')}` })
/** Seconds of a wait that has to take some time; the smallest that is not rounded to 0 ms is accepted. */
export const seconds = (value: number, description: string) =>
  Type.Number({
    default: value,
    minimum: 0.001,
    maximum: maxSeconds,
    description,
    expected: 'seconds, from 0.001 to 2000000, for example 2.5',
  })
export const secondsOrNone = (value: number, description: string) =>
  Type.Number({
    default: value,
    minimum: 0,
    maximum: maxSeconds,
    description,
    expected: 'seconds, from 0 to 2000000, for example 2.5',
  })
export const count = (value: number, maximum: number, description: string) =>
  Type.Integer({ default: value, minimum: 1, maximum, description, expected: `a whole number from 1 to ${maximum}` })
