import type { Config } from '../settings/config.ts'
import { memberAt } from '../words/member-at.ts'
import { printable } from '../words/printable.ts'
import { localGet, reachable } from './local-request.ts'

/** What a running sidecar says of itself at `/api/status`; fit to be shown, not to be believed: any user could answer there. */
export type SidecarStatus = {
  /** It works for the same tenant and client at the same CATAPA, and as whom it is told to here. */
  same: boolean
  tenant: string
  clientId: string
  token: { valid: boolean; expiresAt: number | undefined; failure: ToldByRunning | undefined }
  /** The person whose login it uses, where it uses one. */
  login: { as: string | undefined; since: string | undefined; problem: string | undefined } | undefined
  /** The callers file that it uses, where it uses one, and who has called since its start. */
  callers: CallersSeen | undefined
  /** The audit trail that it writes, where it writes one. */
  audit: AuditSeen | undefined
  /** Of its data listeners, as it writes them: `http://127.0.0.1:8228`. */
  data: readonly string[]
  /** Of all its listeners. */
  addresses: readonly string[]
}

type AuditSeen = {
  folder: string | undefined
  lines: number | undefined
  failing: string | undefined
  /** Somebody has had a hand in its file, in words. */
  replaced: string | undefined
}

type CallersSeen = {
  file: string | undefined
  problems: readonly string[]
  table: readonly { name: string; used: boolean }[]
}

/** A failed token request, as a sidecar of this version or of another tells it. */
type ToldByRunning = {
  code: string
  cause: string | undefined
  /** CATAPA's refusal spoke of the tenant. */
  aboutTenant: boolean
  happened: string
  detail: string
}

/** Where the address turns out to be the data listener of another sidecar, that one forwards nothing with this. */
const notForCatapa = { Via: '1.1 catapa-sidecar' }

/** Asks whoever listens at SIDECAR_ADMIN_LISTEN. Undefined where no sidecar answers. */
export async function sidecarStatus(config: Config): Promise<SidecarStatus | undefined> {
  for (const at of config.adminListen.flatMap(reachable)) {
    const answer = await localGet(at, '/api/status', 2000, notForCatapa)
    const found = answer?.status === 200 ? read(answer.body, config) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Nothing is taken for granted: it may be of another version, or another program. */
function read(status: unknown, { credentials, baseUrl, grant }: Config): SidecarStatus | undefined {
  const tenant = text(status, 'credentials', 'tenant')
  const clientId = text(status, 'credentials', 'clientId')
  const origin = text(status, 'upstream', 'origin')
  const valid = memberAt(status, 'token', 'valid')
  if (tenant === undefined || clientId === undefined || typeof valid !== 'boolean') return undefined
  const expiresAt = Date.parse(text(status, 'token', 'expiresAt') ?? '')
  const code = text(status, 'token', 'failure', 'code')
  const data = texts(memberAt(status, 'listeners', 'data'))
  return {
    same:
      tenant === credentials.tenant &&
      clientId === credentials.clientId &&
      origin === baseUrl.origin &&
      grant === (text(status, 'grant') ?? 'client_credentials'),
    tenant,
    clientId,
    token: {
      valid,
      expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt,
      failure: code === undefined ? undefined : failureIn(status, code),
    },
    login:
      memberAt(status, 'login') === undefined
        ? undefined
        : {
            as: text(status, 'login', 'as', 'name'),
            since: text(status, 'login', 'since'),
            problem: text(status, 'login', 'problem'),
          },
    callers: callersIn(memberAt(status, 'callers')),
    audit: auditIn(memberAt(status, 'audit')),
    data,
    addresses: [...data, ...texts(memberAt(status, 'listeners', 'admin'))],
  }
}

function failureIn(status: unknown, code: string): ToldByRunning {
  const said = (member: string) => text(status, 'token', 'failure', member)
  const detail = said('detail') ?? code
  const aboutTenant = memberAt(status, 'token', 'failure', 'facts', 'aboutTenant') === true
  return { code, cause: said('cause'), aboutTenant, happened: said('happened') ?? detail, detail }
}

function callersIn(callers: unknown): CallersSeen | undefined {
  if (callers === undefined || callers === null) return undefined
  const table = memberAt(callers, 'table')
  return {
    file: text(callers, 'file'),
    problems: texts(memberAt(callers, 'problems')),
    table: (Array.isArray(table) ? table : []).map((row: unknown) => ({
      name: text(row, 'name') ?? '',
      used: memberAt(row, 'lastSeenAt') !== undefined && memberAt(row, 'lastSeenAt') !== null,
    })),
  }
}

function auditIn(audit: unknown): AuditSeen | undefined {
  if (audit === undefined || audit === null) return undefined
  const lines = memberAt(audit, 'head', 'seq')
  const failing = memberAt(audit, 'failing') === undefined ? undefined : text(audit, 'failing', 'happened')
  const replaced = text(audit, 'replaced', 'happened')
  return { folder: text(audit, 'folder'), lines: typeof lines === 'number' ? lines : undefined, failing, replaced }
}

function text(from: unknown, ...path: string[]): string | undefined {
  const found = memberAt(from, ...path)
  return typeof found === 'string' ? fitToShow(found) : undefined
}

function texts(from: unknown): string[] {
  return Array.isArray(from) ? from.filter((member) => typeof member === 'string').map(fitToShow) : []
}

function fitToShow(text: string): string {
  return printable(text.slice(0, 1000))
}
