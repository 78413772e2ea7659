/** What a line of the log tells of a request. */
export type LoggedRequest = Readonly<{
  /** Its name in the callers file, `other`, or an address. */
  caller: string
  method: string
  /** Without ids: `/core/v1/employees/{id}`. */
  path: string
  time: string
  status: number | undefined
  /** CATAPA answered it. */
  fromCatapa: boolean
  callerGone: boolean
  problem: string | undefined
  wouldHaveBeenRefused: string | undefined
}>

/**
 * A line that is no request: another one of our log, one for people, one of another program. `more`: so many failed
 * requests have no lines of their own (src/log/flood-gate.ts).
 */
export type OtherLine = Readonly<{ kind: 'ours'; more: number } | { kind: 'pretty' | 'foreign' }>

const forPeople = /\b\d\d:\d\d:\d\d (TRACE|DEBUG|INFO|WARN|ERROR|FATAL) /
/** A name, an address, `socket file`. */
const callerForm = /^[\w.:% -]{1,60}$/
const methodForm = /^[A-Z-]{1,20}$/
/** What `pathTemplate` makes: words of CATAPA's, ids left out. A key of a caller is longer than such a word. */
const pathForm = /^(\/([\w-]{0,45}|(\w{1,45}%3D)?\{id\}|…))+$/

/** Reads a line. What stands before the JSON, as `docker compose logs` and journalctl write it, does not matter. */
export function readLogLine(line: string): LoggedRequest | OtherLine {
  const begin = line.indexOf('{"level":')
  if (begin === -1) return { kind: forPeople.test(line) ? 'pretty' : 'foreign' }
  const entry = parsed(line.slice(begin))
  if (typeof entry.msg !== 'string') return { kind: 'foreign' }
  if (entry.msg !== 'request') return { kind: 'ours', more: typeof entry.more === 'number' ? entry.more : 0 }
  const { caller, method, path, time, status, problem, wouldHaveBeenRefused } = entry
  // Without a path the target was not even accepted.
  if (path === undefined) return { kind: 'ours', more: 0 }
  if (!isText(caller, callerForm) || !isText(method, methodForm) || !isText(path, pathForm)) return { kind: 'foreign' }
  return {
    caller,
    method,
    path,
    time: isText(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/) ? time : '',
    status: typeof status === 'number' ? status : undefined,
    fromCatapa: entry.origin === 'catapa',
    callerGone: entry.callerGone === true,
    problem: isText(problem, /^[a-z_]{1,40}$/) ? problem : undefined,
    wouldHaveBeenRefused: isText(wouldHaveBeenRefused, /^[ -~]{1,200}$/) ? wouldHaveBeenRefused : undefined,
  }
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value)
}

function parsed(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
