import { everyone, everyoneElse } from '../../callers/caller.ts'

/** A request that a program made, as log or trail tell of it. */
export type MadeRequest = Readonly<{
  /** Its section of the callers file; `*` for everyone without a name. */
  section: string
  /** Without ids: `GET /core/v1/employees/{id}`. HEAD counts as GET (design/promises 8.6). */
  operation: string
  /** Empty where it is not known. */
  time: string
  /** Of CATAPA's answer. */
  status: number | undefined
  /** For what the sidecar refused it: no rule that is suggested would help. */
  refusedFor: string | undefined
  /** What would have refused it, but for `report = true`. */
  reported: Reported | undefined
}>

/** The name of a rule, and its kind (`RefusalRule`) where that is written down. */
export type Reported = Readonly<{ rule: string; kind: string | undefined }>

/** Requests of which nothing more is known: lines that cannot be read, such as have none, and such as the trail missed. */
export type Untold = Readonly<{ kind: 'pretty' | 'foreign' | 'flood' | 'gap'; count: number }>

/** A name, an address, `socket file`. */
const callerForm = /^[\w.:% -]{1,60}$/
const nameForm = /^[a-z0-9][a-z0-9-]{0,31}$/
const methodForm = /^[A-Z-]{1,20}$/
/** What `pathTemplate` makes: words of CATAPA's, ids left out. A key of a caller is longer than such a word. */
const pathForm = /^(\/([\w-]{0,45}|(\w{1,45}%3D)?\{id\}|…))+$/
const ruleForm = /^[ -~]{1,200}$/

/** What a line says of who did what, and when; undefined where the sidecar would not have written it so. */
export function whoDidWhat(line: object): Pick<MadeRequest, 'section' | 'operation' | 'time'> | undefined {
  const { caller, method, path, time }: Partial<Record<string, unknown>> = { ...line }
  if (!isText(caller, callerForm) || !isText(method, methodForm) || !isText(path, pathForm)) return undefined
  // Without a callers file the log has addresses: whoever calls from one could be anyone.
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
