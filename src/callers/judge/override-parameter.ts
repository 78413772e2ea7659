import { decodeFully } from '../../network/percent.ts'

/**
 * `_method` and its kin as a whole name: at the beginning or behind a separator, with the characters that frameworks put around
 * the name of a field (`_method[]`, `!_method`; PHP also reads `.method` and `[method` as `_method`).
 */
const override =
  /(?:^|[&;?])[!_.[]*(?:[_.[]method|x[-_]?http[-_]?method|(?:x[-_]?)?(?:http[-_]?)?method[-_]?override)(?:\[[^=&;]*)?(?:[=&;]|$)/i

/** Plain, or hidden behind an escape. */
const mayBe = /method|%/i

/**
 * Whether a parameter of the query asks for another method (design/promises 8.8, design/field 46), in any letter case and
 * encoding, with blanks or control characters that a server may drop.
 */
export function hasOverrideParameter(query: string): boolean {
  if (!mayBe.test(query)) return false
  const decoded = decodeFully(query)
  if (decoded === undefined) return true // Nobody honest encodes so often.
  return override.test(decoded.replace(/[\x00-\x20+\x7f]/g, ''))
}
