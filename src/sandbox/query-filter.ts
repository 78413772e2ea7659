import { type SandboxCall, SandboxRefusal, springError } from './sandbox-request.ts'

/**
 * The rows that CATAPA's `query` parameter lets through: `<key><operator><value>` pieces joined with `;`, all of which must
 * hold. `:` is equality with any of several values (`id:a,b`) where `*` stands for any text, `>` and `<` compare dates. Case
 * does not matter. A key is a member of the rows that holds no object; an unknown one is a 400.
 */
export function matching(call: SandboxCall, rows: readonly object[]): readonly object[] {
  const pieces = call.query.getAll('query').flatMap((query) => query.split(';'))
  const tests = pieces.filter((piece) => piece.trim() !== '').map((piece) => testOf(call, piece, rows[0] ?? {}))
  return rows.filter((row) => tests.every((test) => test(row)))
}

function testOf(call: SandboxCall, piece: string, example: object): (row: object) => boolean {
  const [, key = '', operator = '', wanted = ''] = /^\s*([^:<>]*?)\s*([:<>])(.*)$/s.exec(piece) ?? []
  if (operator === '') throw new SandboxRefusal(springError(400, call.path, `Invalid query: no operator in '${piece}'`))
  if (!Object.hasOwn(example, key) || typeof Reflect.get(example, key) === 'object') {
    throw new SandboxRefusal(springError(400, call.path, `Invalid query: unknown key '${key}'`))
  }
  const read = (row: object) => String(Reflect.get(row, key)).toLowerCase()
  const value = wanted.trim().toLowerCase()
  // ISO dates are in order as text.
  if (operator === '<') return (row) => read(row) < value
  if (operator === '>') return (row) => read(row) > value
  // Several hundred ids in one query are usual, hence the set.
  const values = new Set(value.split(',').map((one) => one.trim()))
  const patterns = [...values].filter((one) => one.includes('*')).map(patternOf)
  return (row) => values.has(read(row)) || patterns.some((pattern) => pattern.test(read(row)))
}

/** Neighbouring stars are one: they mean the same and would make the pattern slow. */
function patternOf(value: string): RegExp {
  const literals = value.split(/\*+/).map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literals.join('.*')}$`, 's')
}
