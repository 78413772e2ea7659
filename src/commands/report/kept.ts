import { printable } from '../../words/printable.ts'

/** The part of an answer that may be shown: a text or number, an object of some members, or a list of such. Else is left out. */
export type Shape = 'plain' | { readonly [name: string]: Shape } | readonly [each: Shape]

const mostOfList = 200
const mostOfText = 300

/** The parts of `from` that `shape` names. Each is looked at: another program could have answered. Undefined where there is none. */
export function kept(from: unknown, shape: Shape): unknown {
  if (shape === 'plain') return plain(from)
  if (isList(shape)) {
    const [each] = shape
    return Array.isArray(from) ? from.slice(0, mostOfList).map((one) => kept(one, each) ?? null) : undefined
  }
  if (typeof from !== 'object' || from === null || Array.isArray(from)) return undefined
  const found: Record<string, unknown> = {}
  for (const [name, inner] of Object.entries(shape)) {
    const part = kept(Reflect.get(from, name), inner)
    if (part !== undefined) found[name] = part
  }
  return found
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape)
}

function plain(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string') return printable(value.slice(0, mostOfText))
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}
