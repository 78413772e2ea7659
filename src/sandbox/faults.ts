/**
 * The faults that `PATCH /sandbox/faults` can set; docs/sandbox.md says what each does. Its calls are everything but the token
 * endpoint and the sandbox's own controls: the echo and the bytes, too.
 */
export type Faults = {
  tokenLifetime?: number
  tokenErrors?: { count: number; status?: number; retryAfter?: number | string; error?: string }
  tokenLatencyMs?: number
  tokenHang?: { count: number }
  tokenBody?: string
  latencyMs?: number
  unauthorized?: { count: number }
  tooManyRequests?: { count: number; retryAfter?: number | string }
  quota?: { perSecond: number; retryAfter?: number | string; burst?: number }
  serverErrors?: { count: number; status?: number; retryAfter?: number | string }
  resets?: { count: number; early?: boolean }
  slowBody?: { bytesPerSecond: number }
  cutBody?: { count: number }
}

type Check = Readonly<{ holds: (value: unknown) => boolean; wanted: string }>
/** A member's own check, or those of its parts; a part whose name ends in `?` may be absent. */
type Shape = Check | Readonly<Record<string, Check>>

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const number: Check = { holds: isNumber, wanted: 'a number' }
const notNegative: Check = { holds: (value) => isNumber(value) && value >= 0, wanted: 'a number, 0 or more' }
const positive: Check = { holds: (value) => isNumber(value) && value > 0, wanted: 'a number above 0' }
const count: Check = {
  holds: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  wanted: 'a whole number, 0 or more',
}
const text: Check = { holds: (value) => typeof value === 'string', wanted: 'a string' }
const flag: Check = { holds: (value) => typeof value === 'boolean', wanted: 'true or false' }
const status: Check = {
  holds: (value) => Number.isSafeInteger(value) && Number(value) >= 200 && Number(value) <= 599,
  wanted: 'a status from 200 to 599',
}
// Also a date, as RFC 9110 §10.2.3 allows.
const retryAfter: Check = {
  holds: (value) => isNumber(value) || (typeof value === 'string' && /^[\x20-\x7e]*$/.test(value)),
  wanted: 'a number or a string of visible ASCII',
}

const shapes: Readonly<Record<keyof Faults, Shape>> = {
  tokenLifetime: number,
  tokenErrors: { count, 'status?': status, 'retryAfter?': retryAfter, 'error?': text },
  tokenLatencyMs: notNegative,
  tokenHang: { count },
  tokenBody: text,
  latencyMs: notNegative,
  unauthorized: { count },
  tooManyRequests: { count, 'retryAfter?': retryAfter },
  quota: { perSecond: positive, 'retryAfter?': retryAfter, 'burst?': positive },
  serverErrors: { count, 'status?': status, 'retryAfter?': retryAfter },
  resets: { count, 'early?': flag },
  slowBody: { bytesPerSecond: positive },
  cutBody: { count },
}

/** The faults after a patch, or a sentence on each thing that is wrong with it; then none of it holds. */
export function patched(faults: Faults, patch: unknown): { faults: Faults } | { problems: string[] } {
  if (!isObject(patch)) return { problems: ['the body must be a JSON object'] }
  const problems = Object.entries(patch).flatMap(([name, value]) => problemsOf(name, value))
  if (problems.length > 0) return { problems }
  const merged = Object.entries({ ...faults, ...patch }).filter(([, value]) => value !== null)
  return { faults: structuredClone(Object.fromEntries(merged)) }
}

/** One less of a counted fault. Undefined when there is none left. */
export function spend<Fault extends { count: number }>(fault: Fault | undefined): Fault | undefined {
  if (fault === undefined || fault.count <= 0) return undefined
  fault.count -= 1
  return fault
}

function problemsOf(name: string, value: unknown): string[] {
  if (!Object.hasOwn(shapes, name)) return [`${name}: no such fault; there are ${Object.keys(shapes).join(', ')}`]
  if (value === null) return []
  const shape = shapes[name as keyof Faults]
  if (isCheck(shape)) return shape.holds(value) ? [] : [`${name} must be ${shape.wanted}`]
  if (!isObject(value)) return [`${name} must be an object`]

  const known = Object.keys(shape).map((part) => part.replace('?', ''))
  const unknown = Object.keys(value).filter((part) => !known.includes(part))
  const wrong = Object.entries(shape).filter(([part, check]) => {
    const member = value[part.replace('?', '')]
    return member === undefined ? !part.endsWith('?') : !check.holds(member)
  })
  return [
    ...unknown.map((part) => `${name}.${part}: no such member; there are ${known.join(', ')}`),
    ...wrong.map(([part, check]) => `${name}.${part.replace('?', '')} must be ${check.wanted}`),
  ]
}

function isCheck(shape: Shape): shape is Check {
  return typeof shape.holds === 'function'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
