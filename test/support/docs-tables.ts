import { operations } from '../../src/operations/catalogue.ts'
import { allows, type ProfileName, profileNames } from '../../src/operations/profiles.ts'
import { failure } from '../../src/problems/causes.ts'
import { type ProblemCode, problems } from '../../src/problems/codes.ts'
import { inWords } from '../../src/problems/explain.ts'
import type { Failure, RefusalRule } from '../../src/problems/failure.ts'
import type { Described } from '../../src/settings/setting.ts'
import { groups, sandboxGroup, sandboxSettings, settings } from '../../src/settings/settings.ts'

/** A table of Markdown. */
export function table(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}

function settingsTable(all: readonly Described[]): string {
  const rows = all.map(({ name, shownDefault, description }) => {
    const shown = ['none', 'required'].includes(shownDefault) ? shownDefault : `\`${shownDefault}\``
    return [`\`${name}\``, shown, description]
  })
  return table(['name', 'default', 'meaning'], rows)
}

/** Comment lines of at most 100 characters. */
function comment(text: string): string {
  return (text.match(/\S.{0,97}(?= |$)/g) ?? []).map((line) => `# ${line}\n`).join('')
}

function exampleOf({ name, description, default: value = '', example = value, required, file }: Described): string {
  const line = `${required ? '' : '#'}${name}=${example}\n`
  return `${comment(description)}${line}${file ? `#${name}_FILE=\n` : ''}`
}

/** config.example.env with everything after its first title as the settings have it. */
export function withExamples(document: string): string {
  const head = document.slice(0, document.indexOf('# ---- '))
  const parts = [...groups, sandboxGroup].flatMap(({ title, settings: ofGroup }) => [
    `# ---- ${title} ----\n`,
    ...ofGroup.map(exampleOf),
  ])
  return head + parts.join('\n')
}

/** The generated parts of docs/settings.md, by the name in their markers. */
export const settingsTables: Record<string, string> = {
  settings: settingsTable(settings),
  'sandbox settings': settingsTable(sandboxSettings),
}

const statuses = new Map(Object.entries(problems).map(([code, { status }]) => [code, status]))
/** When each problem is answered. */
export type Whens = Readonly<Record<ProblemCode, string>>

const whens: Whens = {
  bad_request: 'the request cannot be forwarded as it stands; also with no `Host` in HTTP/1.1, or with two',
  origin_not_allowed: 'a browser request from a foreign origin',
  policy_denied:
    'the request names another tenant, has a key in its path or query, asks for a placeholder token while that is switched off, or is not among what its caller may do',
  caller_unknown: 'the callers file knows nobody who calls so, or the key is wrong',
  method_not_allowed: '`CONNECT`, `TRACE`, or a protocol upgrade',
  request_timeout: 'the caller fell silent in its request, or sent less than 1 KiB of its body in 30 s',
  repeated:
    'the same write was sent before, and its answer did not reach the caller: it may have been done, and is not sent again (`SIDECAR_REPEATS=guard`)',
  body_too_large: 'the body is over `SIDECAR_MAX_BODY`',
  host_not_allowed:
    '`Host` is neither a loopback name nor the IP address of a host, and not in `SIDECAR_ALLOWED_HOSTS`',
  key_reused:
    'another request of the same caller had the same `Idempotency-Key` and another content, method or target (`SIDECAR_REPEATS=guard`)',
  headers_too_large: 'request line and headers over 64 KiB, or over 1,000 headers',
  internal_error: 'a fault in the sidecar itself; please report it with the log line of this request',
  upstream_unreachable: 'no connection to CATAPA could be made',
  upstream_tls_untrusted: 'the certificate that answered for CATAPA is not trusted',
  upstream_closed: 'the connection was lost before a response, or the answer is not HTTP or has a head over 64 KiB',
  interrupted: 'the grace period of a shutdown ended while CATAPA was working',
  token_unavailable: 'the sidecar could not get a valid token in time',
  credentials_rejected: 'the token endpoint refuses the client',
  login_required: 'calls are to be made on behalf of a person, but nobody has logged in, or the login is over',
  audit_unavailable:
    'there is an audit trail, it cannot be written at the moment, and `SIDECAR_AUDIT_ON_FAILURE` lets no such request go without a line',
  draining: 'the sidecar is shutting down',
  overloaded:
    'more than `SIDECAR_MAX_WAITING` requests wait for a connection or a token, no connection became free within `SIDECAR_QUEUE_TIMEOUT`, its caller is over its `max-in-flight` or `rate`, or CATAPA has asked for a pause',
  upstream_timeout: 'connecting took too long, or waiting for the response or its body did',
  loop_detected: "the request has the sidecar's own `Via` already",
}

/** Every problem with its status, in the words of a language. */
export function tableOfErrors(header: string[], whens: Whens): string {
  const rows = Object.entries(whens).map(([code, when]) => [`\`${code}\``, String(statuses.get(code)), when])
  return table(header, rows)
}

/** The generated table of docs/errors.md; its examples are made elsewhere. */
export const errorsTable: Record<string, string> = { errors: tableOfErrors(['code', 'status', 'when'], whens) }

/** What a profile allows of the operations that are known, and of others. */
export type ProfileWords = Readonly<Record<ProfileName, readonly [known: string, unknown: string]>>

const profileWords: ProfileWords = {
  full: ['everything', 'yes'],
  'no-bulk-delete': ['all but the deletion of many at once, such as all employees', 'yes'],
  'no-delete': ['all but deletions', 'all but `DELETE`'],
  'no-approvals': [
    'all but decisions (approve, reject, undo) and changes of bank accounts',
    'what does not look like one of these',
  ],
  'read-only': ['reading, downloads and calculations, salaries and all', '`GET`'],
  'payroll-input': ['what `read-only` does, and to enter variables, add-ons and notes on payslips', '`GET`'],
  'time-import': ['what `directory` does, and to read and write times', 'no'],
  directory: [
    'to read who there is and how the company is organised, without pay, bank accounts, tax, identity numbers and families',
    'no',
  ],
}

function allowedOf(profile: ProfileName): number {
  return operations.filter((operation) => {
    const { method, template: path } = operation
    return allows(profile, { method, path, operation })
  }).length
}

function refused(rule: RefusalRule, wanted = 'DELETE /core/v1/employees', caller = 'payroll-export'): Failure {
  const { effect } = operations.find(({ method, template }) => `${method} ${template}` === wanted) ?? {}
  return failure('not_allowed', { caller, rule, wanted, effect })
}

const refusals = {
  profile: refused({ kind: 'profile', profile: 'read-only' }),
  noAllowLine: refused({ kind: 'no_allow_line' }, 'GET /core/v1/employees/*', 'time-clock'),
  deny: refused({ kind: 'deny', line: 14 }),
  sidecarProfile: refused({ kind: 'sidecar_profile', profile: 'no-delete' }),
  ambiguous: refused({ kind: 'ambiguous', what: 'trailing_slash', sidecarProfile: false }),
  wrongKey: failure('caller_unknown', { shown: 'wrong_key' }),
}

/** Why each of the refusals that are shown happened. */
export type Whys = Readonly<Record<keyof typeof refusals, string>>

const whys: Whys = {
  profile: 'its profile does not allow it',
  noAllowLine: 'no `allow` line does',
  deny: 'a `deny` line says no',
  sidecarProfile: '`SIDECAR_PROFILE` says no',
  ambiguous: 'it could be read in two ways',
  wrongKey: 'the key is wrong',
}

/** Every profile with the number of operations that it allows, in the words of a language. */
export function tableOfProfiles(header: string[], words: ProfileWords): string {
  const rows = profileNames.map((name) => [`\`${name}\``, words[name][0], String(allowedOf(name)), words[name][1]])
  return table(header, rows)
}

/** Each refusal with its `detail`, in the language that is spoken. */
export function tableOfRefusals(header: string[], whys: Whys): string {
  const said = new Map(Object.entries(refusals).map(([name, refusal]) => [name, inWords(refusal, 'caller')]))
  return table(
    header,
    Object.entries(whys).map(([name, why]) => [why, said.get(name) ?? '']),
  )
}

/** The generated tables of docs/callers.md. */
export const callersTables: Record<string, string> = {
  profiles: tableOfProfiles(['profile', 'allows', `of ${operations.length} operations`, 'unknown ones'], profileWords),
  refusals: tableOfRefusals(['why', '`detail`'], whys),
}

/** A document with every generated part replaced. */
export function withTables(document: string, tables: Record<string, string>): string {
  return Object.entries(tables).reduce((text, [name, content]) => {
    const part = new RegExp(`<!-- ${name} -->[^]*<!-- /${name} -->`)
    if (!part.test(text)) throw new Error(`no part "${name}"`)
    return text.replace(part, () => `<!-- ${name} -->\n${content}\n<!-- /${name} -->`)
  }, document)
}
