import { everyone, everyoneElse } from '../../callers/caller.ts'

/** A request of a program, from a log line or an audit line. */
export type MadeRequest = Readonly<{
  /** The caller's section of the callers file; `*` for callers without a name. */
  section: string
  /** Without ids: `GET /core/v1/employees/{id}`. HEAD counts as GET (design/promises 8.6). */
  operation: string
  /** Empty if it is not known. */
  time: string
  /** The status of CATAPA's answer. */
  status: number | undefined
  /** Why the sidecar refused it, if no rule line could allow it. */
  refusedFor: string | undefined
  /** The rule that would have refused it without `report = true`. */
  reported: Reported | undefined
}>

/** The name of a rule, and its kind (`RefusalRule`) if that was recorded. */
export type Reported = Readonly<{ rule: string; kind: string | undefined }>

/** A number of lines or requests about which nothing more is known, by the reason. */
export type Untold = Readonly<{ kind: 'pretty' | 'foreign' | 'flood' | 'gap'; count: number }>

/** A name, an address, `socket file`. */
const callerForm = /^[\w.:% -]{1,60}$/
const nameForm = /^[a-z0-9][a-z0-9-]{0,31}$/
const methodForm = /^[A-Z-]{1,20}$/
/** The form of `pathTemplate`'s results: CATAPA's words, without ids. A caller's key is longer than such a word. */
const pathForm = /^(\/([\w-]{0,45}|(\w{1,45}%3D)?\{id\}|…))+$/
const ruleForm = /^[ -~]{1,200}$/

/** Caller, operation and time of a line; undefined if the sidecar cannot have written it. */
export function whoDidWhat(line: object): Pick<MadeRequest, 'section' | 'operation' | 'time'> | undefined {
  const { caller, method, path, time }: Partial<Record<string, unknown>> = { ...line }
  if (!isText(caller, callerForm) || !isText(method, methodForm) || !isText(path, pathForm)) return undefined
  // Without a callers file the log has addresses, which are no names.
  const isNamed = caller !== everyoneElse && caller !== 'anonymous' && nameForm.test(caller)
  return {
    section: isNamed ? caller : everyone,
    operation: `${method === 'HEAD' ? 'GET' : method} ${path}`,
    time: isText(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/) ? time : '',
  }
}

export function reportedBy(rule: unknown, kind: unknown): Reported | undefined {
  return isText(rule, ruleForm) ? { rule, kind: isText(kind, ruleForm) ? kind : undefined } : undefined
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value)
}
