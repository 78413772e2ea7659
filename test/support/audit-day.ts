// A day of three programs at the sandbox, through a sidecar with an audit trail, on a clock that is moved by hand: what
// docs/audit.md shows.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { AuditEntry } from '../../src/audit/audit-line.ts'
import { entriesOf } from '../../src/audit/reading/trail-entries.ts'
import { trailLines } from '../../src/audit/reading/trail-lines.ts'
import { openTrail } from '../../src/audit/writing/open-trail.ts'
import { readCallers } from '../../src/callers/file/read-callers.ts'
import { digestOf } from '../../src/callers/key.ts'
import { entryTable } from '../../src/commands/audit/entry-table.ts'
import { version } from '../../src/sidecar/version.ts'
import { auditFolder } from './audit-trail.ts'
import { callersFile } from './callers.ts'
import { type Ending, startTestSandbox, startTestSidecar, testConfig } from './sidecar.ts'
import { eventually } from './wire.ts'

/** Of the same file each time, so that its digest is the same. */
const keys = {
  'payroll-export': `csk_${'payroll'.repeat(6)}A`,
  'time-clock': `csk_${'clocked'.repeat(6)}A`,
  intranet: `csk_${'website'.repeat(6)}A`,
}
const keyLine = (caller: keyof typeof keys) => `[${caller}]\nkey = sha256:${digestOf(keys[caller])}\n`
const sections = `${keyLine('payroll-export')}profile = read-only
${keyLine('time-clock')}profile = time-import
${keyLine('intranet')}profile = no-delete no-approvals
report = true
`

const newcomer = { name: 'Dewi', joinDate: '2026-12-01', identificationNumber: 'E-4711' }

type Caller = keyof typeof keys | 'nobody'

/** @returns what `audit show` prints of it */
export async function auditDay(t: Ending): Promise<string> {
  const real = Date.now
  const clock = (time: string) => {
    const at = Date.parse(`2026-11-26T${time}Z`)
    Date.now = () => at
  }
  t.after(() => {
    Date.now = real
  })
  clock('00:00:03')
  const { url: sandbox } = await startTestSandbox(t, { tokenLifetimeSeconds: 200_000 })
  const folder = auditFolder(t)
  mkdirSync(dirname(folder), { recursive: true })
  const written = { begun: 0, ended: 0 }
  const trail = await openTrail({ folder, keepDays: 400, onFailure: 'writes', log: { warn() {}, error() {} } })
  const audit = {
    onFailure: 'writes' as const,
    digest: undefined,
    trail: {
      ...trail,
      note(entry: AuditEntry) {
        trail.note(entry)
        if (entry.event === 'request' || entry.event === 'end') written.ended += 1
      },
      noteGated(entry: AuditEntry) {
        trail.noteGated(entry)
        written.ended += 1
      },
      async commit(entry: AuditEntry) {
        const seq = await trail.commit(entry)
        written.begun += 1
        return seq
      },
    },
  }
  const settings = { callersFile: callersFile(sections).path }
  const callers = readCallers(testConfig(sandbox, settings))
  const sidecar = await startTestSidecar(t, sandbox, settings, { callers, audit })

  function send(caller: Caller, call: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const [method = '', path = ''] = call.split(' ')
    const key = caller === 'nobody' ? `csk_${'unknown'.repeat(6)}A` : keys[caller]
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
    const more = { ...(body !== undefined && { body: JSON.stringify(body) }), ...(signal && { signal }) }
    return fetch(sidecar.url + path, { method, headers, ...more })
  }

  /** One call, and the line of its end. */
  async function at(time: string, ...call: Parameters<typeof send>): Promise<string> {
    clock(time)
    const before = written.ended
    const answer = await (await send(...call)).text()
    await eventually(() => written.ended > before, 'its last line is written')
    return answer
  }

  const fault = (faults: object) =>
    fetch(`${sandbox}/sandbox/faults`, { method: 'PATCH', body: JSON.stringify(faults) })

  await sidecar.tokens.get()
  const accounts = '/core/v1/bank-account-configurations'
  const hire = 'POST /core/v1/employees'
  await at('01:30:00', 'payroll-export', 'GET /core/v1/employees?size=200')
  const list = JSON.parse(await at('01:30:02', 'payroll-export', `GET ${accounts}?size=200`))
  const [{ id, employee }] = list.content
  await at('01:30:04', 'payroll-export', `POST /core/v1/employees/${employee.id}/payslip`, {})
  await at('06:58:41', 'time-clock', 'GET /core/v1/employees?size=200')
  await at('07:02:17', 'time-clock', `GET ${accounts}/${id}`)
  const { identificationNumber } = employee
  const time = '2026-11-26T14:02:11+07:00'
  await at('07:02:18', 'time-clock', 'POST /timemanagement/v1/fingerprints', [{ identificationNumber, time }])
  const hired = JSON.parse(await at('09:13:06', 'intranet', hire, newcomer))
  await at('09:41:55', 'intranet', `PUT ${accounts}/approvals/approve`, { ids: [id] })
  await at('11:20:30', 'intranet', 'DELETE /core/v1/employees', { ids: [hired.id] })
  await at('11:47:12', 'payroll-export', 'DELETE /core/v1/employees', { ids: [hired.id] })
  await at('14:05:09', 'nobody', 'GET /core/v1/employees')
  await at('16:30:44', 'payroll-export', 'GET /core/v1/employees?tenant=another')
  await fault({ resets: { count: 1 } })
  await at('17:22:01', 'intranet', hire, {})
  await fault({ latencyMs: 60_000 })
  clock('17:22:08')
  const leaving = new AbortController()
  const before = written.begun
  const last = send('intranet', hire, {}, leaving.signal).catch(() => {})
  await eventually(() => written.begun > before, 'it is under way')
  const table = [...entryTable(entriesOf(trailLines(folder, undefined, () => {})))].join('')
  leaving.abort()
  await last
  return table.replace(`version ${version()}`, 'version 0.1.0')
}
