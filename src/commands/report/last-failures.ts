import { createHash } from 'node:crypto'
import { findOperation } from '../../operations/find-operation.ts'
import { pathTemplate } from '../../operations/path-template.ts'
import { memberAt } from '../../words/member-at.ts'
import { reportWords } from './report-words.ts'

/** A call that failed, or the last failure of its kind. */
export type FailureInReport = Readonly<{
  at: string
  /** Our code, with its cause for the last of a kind, or the status of CATAPA's answer. */
  code: string
  /** CATAPA's, by its template; null for a token request and for a target that was not accepted. */
  operation: string | null
  /** How many of its kind there were since the start; only the last of them has it. */
  count: number | null
  ourRequestId: string
  /** Where CATAPA answered with one. */
  catapaRequestId: string
}>

const most = 40

/**
 * The calls that failed among the last ones, and the last failure of each kind since the start, latest first, by the status of a
 * running sidecar.
 */
export function lastFailures(status: unknown): FailureInReport[] {
  const calls = listAt(status, 'recent').flatMap(ofCall)
  const alone: FailureInReport[] = []
  for (const kind of listAt(status, 'errors').flatMap(ofKind)) {
    const { failure, code } = kind
    const last = calls.find((call) => call.code === code && call.operation === failure.operation && isAt(call, failure))
    if (last === undefined) alone.push(failure)
    else Object.assign(last, { code: failure.code, count: failure.count })
  }
  return [...calls, ...alone].sort((a, b) => b.at.localeCompare(a.at)).slice(0, most)
}

/** The two entries that a sidecar makes of one failure are written one after the other. */
function isAt(one: FailureInReport, other: FailureInReport): boolean {
  return Math.abs(Date.parse(one.at) - Date.parse(other.at)) < 50
}

function ofCall(call: unknown): FailureInReport[] {
  const status = memberAt(call, 'status')
  const code = codeAt(call, 'problem') ?? (typeof status === 'number' && status >= 400 ? `status ${status}` : undefined)
  const at = instantAt(call)
  if (code === undefined || at === undefined) return []
  const ourRequestId = shownId(memberAt(call, 'requestId'))
  return [
    {
      at,
      code,
      operation: operationOf(call),
      count: null,
      ourRequestId,
      catapaRequestId: shownId(memberAt(call, 'catapaRequestId')),
    },
  ]
}

function ofKind(error: unknown): { code: string; failure: FailureInReport }[] {
  const at = instantAt(error)
  const code = codeAt(error, 'code')
  if (at === undefined || code === undefined) return []
  const cause = codeAt(error, 'cause')
  const times = memberAt(error, 'count')
  const { notKept } = reportWords()
  const failure: FailureInReport = {
    at,
    code: cause === undefined || cause === code ? code : `${code} (${cause})`,
    operation: operationOf(error),
    count: typeof times === 'number' ? times : null,
    ourRequestId: notKept,
    catapaRequestId: notKept,
  }
  return [{ code, failure }]
}

/** A sidecar's own ids are random UUIDs. Any other may be the caller's: its digest tells two apart, and finds one that is known. */
function shownId(id: unknown): string {
  if (id === undefined) return reportWords().none
  if (typeof id !== 'string' || id === '…') return reportWords().leftOut
  return uuid.test(id) ? id : `sha256:${createHash('sha256').update(id).digest('hex').slice(0, 16)}`
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** By the catalogue, or else with every segment replaced that it does not know. */
function operationOf(call: unknown): string | null {
  const method = memberAt(call, 'method')
  const path = memberAt(call, 'path')
  if (typeof method !== 'string' || !/^[A-Z-]{1,20}$/.test(method) || typeof path !== 'string') return null
  return `${method} ${findOperation(method, path)?.template ?? pathTemplate(path)}`
}

function codeAt(from: unknown, name: string): string | undefined {
  const found = memberAt(from, name)
  return typeof found === 'string' && /^[a-z_]{1,60}$/.test(found) ? found : undefined
}

function instantAt(from: unknown): string | undefined {
  const at = Date.parse(String(memberAt(from, 'at')))
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

function listAt(from: unknown, name: string): unknown[] {
  const found = memberAt(from, name)
  return Array.isArray(found) ? found : []
}
