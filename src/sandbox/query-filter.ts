import { type SandboxCall, SandboxRefusal, springError } from './sandbox-request.ts'

type Value = string | number | boolean | null

/** The keys that a list can be filtered by. */
export type Fields<Row> = Readonly<Record<string, (row: Row) => Value>>

/**
 * The rows that CATAPA's `query` parameter lets through: `<key><operator><value>` pieces joined with `;`, all of which
 * must hold. `:` is equality with any of several values (`id:a,b`) where `*` stands for any text, `>` and `<` compare
 * numbers and dates. Case does not matter. An unknown key is a 400.
 */
export function matching<Row>(call: SandboxCall, rows: readonly Row[], fields: Fields<Row>): readonly Row[] {
  const pieces = call.query.getAll('query').flatMap((query) => query.split(';'))
  const tests = pieces.filter((piece) => piece.trim() !== '').map((piece) => testOf(call, piece, fields))
  return tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row)))
}

function testOf<Row>(call: SandboxCall, piece: string, fields: Fields<Row>): (row: Row) => boolean {
  const [, key = '', operator = '', wanted = ''] = /^\s*([^:<>]*?)\s*([:<>])(.*)$/s.exec(piece) ?? []
  if (operator === '') throw new SandboxRefusal(springError(400, call.path, `Invalid query: no operator in '${piece}'`))
  const field = Object.hasOwn(fields, key) ? fields[key] : undefined
  if (!field) throw new SandboxRefusal(springError(400, call.path, `Invalid query: unknown key '${key}'`))

  if (operator === ':') {
    const { exact, patterns } = alternatives(wanted)
    return (row) => {
      const value = String(field(row) ?? '').toLowerCase()
      return exact.has(value) || patterns.some((pattern) => pattern.test(value))
    }
  }
  return (row) => {
    const order = compared(field(row), wanted.trim())
    return order !== undefined && (operator === '>' ? order > 0 : order < 0)
  }
}

/** Several hundred ids in one query are usual, hence the set. */
function alternatives(wanted: string): { exact: ReadonlySet<string>; patterns: readonly RegExp[] } {
  const values = wanted.split(',').map((value) => value.trim().toLowerCase())
  const patterns = values
    .filter((value) => value.includes('*'))
    // Neighbouring stars would make the pattern slow and mean the same.
    .map((value) =>
      value
        .replace(/\*+/g, '*')
        .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replaceAll('*', '.*'),
    )
    .map((source) => new RegExp(`^${source}$`, 's'))
  return { exact: new Set(values.filter((value) => !value.includes('*'))), patterns }
}

function compared(value: Value, wanted: string): number | undefined {
  if (value === null) return undefined
  if (typeof value === 'number') return Number.isNaN(Number(wanted)) ? undefined : value - Number(wanted)
  // ISO dates are in order as text.
  const text = String(value)
  return text < wanted ? -1 : text > wanted ? 1 : 0
}
