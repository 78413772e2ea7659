import type { Config } from '../settings/config.ts'
import type { ListenAddress } from '../settings/listen-address.ts'
import { memberAt } from '../words/member-at.ts'
import { printable } from '../words/printable.ts'
import { dialsOf } from './dial.ts'
import { localGet } from './local-request.ts'
import { saidProcess } from './process-status.ts'

/** What a running sidecar says of itself at `/api/status`; fit to be shown, not to be believed: any user could answer there. */
export type SidecarStatus = NonNullable<ReturnType<typeof read>>

/** Where the address turns out to be the data listener of another sidecar, that one forwards nothing with this. */
const notForCatapa = { Via: '1.1 catapa-sidecar' }

/** Asks whoever listens at SIDECAR_ADMIN_LISTEN. Undefined where no sidecar answers. */
export async function sidecarStatus(adminListen: readonly ListenAddress[]): Promise<SidecarStatus | undefined> {
  for (const dial of adminListen.flatMap(dialsOf)) {
    const answer = await localGet(dial, '/api/status', 2000, notForCatapa)
    const found = answer?.status === 200 ? read(answer.body) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether it works for the same tenant and client at the same CATAPA, and as whom these settings say. */
export function worksFor(
  { tenant, clientId, origin, grant }: SidecarStatus,
  { credentials, baseUrl, grant: ours }: Config,
): boolean {
  const sameClient = tenant === credentials.tenant && clientId === credentials.clientId
  return sameClient && origin === baseUrl.origin && grant === ours
}

/** Nothing is taken for granted: it may be of another version, another program, or somebody who means ill. */
function read(status: unknown) {
  const tenant = text(status, 'credentials', 'tenant')
  const clientId = text(status, 'credentials', 'clientId')
  const valid = memberAt(status, 'token', 'valid')
  if (tenant === undefined || clientId === undefined || typeof valid !== 'boolean') return undefined
  const expiresAt = Date.parse(text(status, 'token', 'expiresAt') ?? '')
  const data = texts(status, 'listeners', 'data')
  return {
    tenant,
    clientId,
    /** Of the CATAPA that it calls. */
    origin: text(status, 'upstream', 'origin'),
    grant: text(status, 'grant') ?? 'client_credentials',
    token: {
      valid,
      expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt,
      failure: within(status, ['token', 'failure'], failureIn),
    },
    /** The person whose login it uses, where it uses one. */
    login: within(status, ['login'], loginIn),
    /** The callers file that it uses, where it uses one, and who has called since its start. */
    callers: within(status, ['callers'], callersIn),
    /** The audit trail that it writes, where it writes one. */
    audit: within(status, ['audit'], auditIn),
    /** Of its data listeners, as it writes them: `http://127.0.0.1:8228`. */
    data,
    /** Of all its listeners. */
    addresses: [...data, ...texts(status, 'listeners', 'admin')],
    /** As whom and where it runs, where it says that it keeps logins. */
    process: within(status, ['process'], saidProcess),
  }
}

/** A failed token request. */
function failureIn(failure: unknown) {
  const code = text(failure, 'code')
  if (code === undefined) return undefined
  const detail = text(failure, 'detail') ?? code
  return {
    code,
    cause: text(failure, 'cause'),
    /** CATAPA's refusal spoke of the tenant. */
    aboutTenant: memberAt(failure, 'facts', 'aboutTenant') === true,
    happened: text(failure, 'happened') ?? detail,
    detail,
  }
}

function loginIn(login: unknown) {
  return { as: text(login, 'as', 'name'), since: text(login, 'since'), problem: text(login, 'problem') }
}

function callersIn(callers: unknown) {
  const table = listAt(callers, 'table').map((row) => ({
    name: text(row, 'name') ?? '',
    used: within(row, ['lastSeenAt'], () => true) === true,
  }))
  return { file: text(callers, 'file'), problems: texts(callers, 'problems'), table }
}

function auditIn(audit: unknown) {
  const lines = memberAt(audit, 'head', 'seq')
  return {
    folder: text(audit, 'folder'),
    lines: typeof lines === 'number' ? lines : undefined,
    failing: text(audit, 'failing', 'happened'),
    /** Somebody has had a hand in its file, in words. */
    replaced: text(audit, 'replaced', 'happened'),
  }
}

/** What `readPart` makes of a part, where there is one. */
function within<Part>(from: unknown, path: string[], readPart: (part: unknown) => Part): Part | undefined {
  const part = memberAt(from, ...path)
  return part === undefined || part === null ? undefined : readPart(part)
}

function listAt(from: unknown, ...path: string[]): unknown[] {
  const found = memberAt(from, ...path)
  return Array.isArray(found) ? found : []
}

function texts(from: unknown, ...path: string[]): string[] {
  return listAt(from, ...path).flatMap((member) => text(member) ?? [])
}

function text(from: unknown, ...path: string[]): string | undefined {
  const found = memberAt(from, ...path)
  return typeof found === 'string' ? printable(found.slice(0, 1000)) : undefined
}
