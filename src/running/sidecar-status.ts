import type { Config } from '../settings/config.ts'
import type { ListenAddress } from '../settings/listen-address.ts'
import { language } from '../words/language.ts'
import { memberAt } from '../words/member-at.ts'
import { printable } from '../words/printable.ts'
import { dialsOf } from './dial.ts'
import { localGet } from './local-request.ts'
import { saidProcess } from './process-status.ts'

/** A running sidecar's answer at `/api/status`, printable. It must not be trusted: any user could answer there. */
export type SidecarStatus = NonNullable<ReturnType<typeof read>>

/** If another sidecar's data listener has the address, it does not forward a request with this header. */
const notForCatapa = { Via: '1.1 catapa-sidecar' }

/** Asks at SIDECAR_ADMIN_LISTEN. Undefined if no sidecar answers. */
export async function sidecarStatus(adminListen: readonly ListenAddress[]): Promise<SidecarStatus | undefined> {
  for (const dial of adminListen.flatMap(dialsOf)) {
    const answer = await localGet(dial, statusPath(), 2000, notForCatapa)
    const found = answer?.status === 200 ? read(answer.body) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Its sentences are quoted, so they are asked for in the language of those around them. */
function statusPath(): string {
  return language() === 'en' ? '/api/status' : `/api/status?language=${language()}`
}

/** Whether it works for the tenant and client of these settings, at the same CATAPA, and with the same grant. */
export function worksFor(
  { tenant, clientId, origin, grant }: SidecarStatus,
  { credentials, baseUrl, grant: ours }: Config,
): boolean {
  // What the secret's command prints is not known without it.
  const isSame = (theirs: string, own: string) => theirs === own || own === ''
  const sameClient = isSame(tenant, credentials.tenant) && isSame(clientId, credentials.clientId)
  return sameClient && origin === baseUrl.origin && grant === ours
}

/** Every member is checked: the answer may come from another version, another program, or an attacker. */
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
    /** The origin of the CATAPA that it calls. */
    origin: text(status, 'upstream', 'origin'),
    grant: text(status, 'grant') ?? 'client_credentials',
    token: {
      valid,
      expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt,
      failure: within(status, ['token', 'failure'], failureIn),
    },
    /** Its command that prints the secret, if any. */
    secretCommand: within(status, ['secretCommand'], secretCommandIn),
    /** The login that it uses, if any. */
    login: within(status, ['login'], loginIn),
    /** The callers file that it uses, if any, and the callers since its start. */
    callers: within(status, ['callers'], callersIn),
    /** The certificate of its `tls:` listeners, if any. */
    certificate: within(status, ['certificate'], certificateIn),
    /** The audit trail that it writes, if any. */
    audit: within(status, ['audit'], auditIn),
    /** The writes that somebody has to look after, where it guards or watches writes. */
    repeats: within(status, ['repeats'], repeatsIn),
    /** Addresses of its data listeners, in its own form: `http://127.0.0.1:8228`. */
    data,
    /** Addresses of all its listeners. */
    addresses: [...data, ...texts(status, 'listeners', 'admin')],
    /** Its user and place, if it keeps logins. */
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
    /** CATAPA's refusal named the tenant as the reason. */
    aboutTenant: memberAt(failure, 'facts', 'aboutTenant') === true,
    happened: text(failure, 'happened') ?? detail,
    detail,
  }
}

function secretCommandIn(command: unknown) {
  const tookMs = memberAt(command, 'lastRun', 'tookMs')
  return {
    program: text(command, 'program') ?? '',
    lastRunAt: text(command, 'lastRun', 'at'),
    tookMs: typeof tookMs === 'number' ? tookMs : undefined,
    failing: text(command, 'failing', 'detail'),
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

function certificateIn(certificate: unknown) {
  const validUntil = Date.parse(text(certificate, 'validUntil') ?? '')
  return {
    validUntil: Number.isNaN(validUntil) ? undefined : validUntil,
    /** Of the files as they are now, in words. */
    problem: text(certificate, 'problem', 'happened'),
  }
}

function auditIn(audit: unknown) {
  const lines = memberAt(audit, 'head', 'seq')
  return {
    folder: text(audit, 'folder'),
    lines: typeof lines === 'number' ? lines : undefined,
    failing: text(audit, 'failing', 'happened'),
    /** In words: another program has changed its file. */
    replaced: text(audit, 'replaced', 'happened'),
  }
}

function repeatsIn(repeats: unknown) {
  const number = (from: unknown, name: string) => {
    const found = memberAt(from, name)
    return typeof found === 'number' ? found : undefined
  }
  const writes = listAt(repeats, 'writes').map((write) => ({
    seq: number(write, 'seq'),
    time: text(write, 'time') ?? '',
    caller: text(write, 'caller') ?? '',
    method: text(write, 'method') ?? '',
    operation: text(write, 'operation') ?? '',
    requestId: text(write, 'requestId') ?? '',
    outcome: text(write, 'outcome') ?? '',
    status: number(write, 'status'),
  }))
  return { unknown: number(repeats, 'unknown') ?? 0, writes }
}

/** The result of `readPart` for a part of the answer, if there is such a part. */
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
