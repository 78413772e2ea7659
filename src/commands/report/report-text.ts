import type { StepOutcome } from '../../doctor/step.ts'
import type { ShownSetting } from '../../settings/shown-settings.ts'
import { wrapped } from '../../words/wrapped.ts'
import type { FailureInReport } from './last-failures.ts'

/** All that is written. With `--json` it is printed as it is. */
export type WrittenReport = {
  version: 1
  about: string
  at: string
  versions: Record<string, string>
  system: Record<string, string | null>
  settings: { problems: { name: string; problem: string }[]; values: ShownSetting[] }
  checks: { step: string; status: StepOutcome['status']; detail: string; remedy?: string; ms: number }[]
  failures: FailureInReport[]
  /** `status`: what may be shown of it; null where no sidecar has answered. */
  sidecar: { address: string; answered: boolean; status: unknown; metrics: readonly string[] }
}

/** The first sentence of each report. */
export const about =
  'This report holds versions, the system, the settings, the checks of doctor, the last failures, and status and ' +
  'metrics of a running sidecar; it holds no secret, no token, no value of a request, no address of a caller, neither ' +
  'the name of this machine nor that of a person who has logged in; nothing was sent.'

const next =
  'Read it before you send it to anybody: the names of callers, files, tenant and client are in it. All times are UTC.'

const columns = 100
const labelColumns = 26
const marks = { ok: '✓', failed: '✗', skipped: '–' } as const

/** The report for people: sections with headings, at most 100 columns wide. */
export function reportText(report: WrittenReport): string {
  const { at, versions, system, settings, checks, failures, sidecar } = report
  const lines = [
    ...wrapped(report.about, columns),
    '',
    ...wrapped(next, columns),
    '',
    `Written ${at}`,
    ...section('Versions', flat(versions)),
    ...section('System', flat(system)),
    ...section('Settings', settingLines(settings)),
    ...section('Checks of doctor', checks.flatMap(checkLines)),
    ...section('Last failures, latest first', failureLines(failures, sidecar.answered)),
    ...section(`Status of the sidecar at ${sidecar.address}`, sidecar.answered ? flat(sidecar.status) : [nobody]),
    ...section(
      'Metrics, without those that are 0 and the buckets of histograms',
      sidecar.answered ? sidecar.metrics.flatMap((sample) => wrapped(sample, columns, 2)) : [nobody],
    ),
  ]
  return `${lines.join('\n')}\n`
}

const nobody = '  No sidecar has answered.'

function section(heading: string, lines: readonly string[]): string[] {
  return [
    '',
    ...wrapped(heading, columns),
    ...wrapped('='.repeat(Math.min(columns, heading.length)), columns),
    ...lines,
  ]
}

function settingLines({ problems, values }: WrittenReport['settings']): string[] {
  const rows = values.flatMap(({ name, value, default: usual }) =>
    row(name, usual === undefined ? value : `${value} (default: ${usual})`),
  )
  if (problems.length === 0) return rows
  const wrong = problems.flatMap(({ name, problem }) => row(name, problem))
  return ['  The settings are wrong:', ...wrong, ...(rows.length === 0 ? ['  So none is shown.'] : ['', ...rows])]
}

function checkLines({ step, status, detail, remedy, ms }: WrittenReport['checks'][number]): string[] {
  const took = status === 'skipped' ? '' : ` (${ms} ms)`
  const [first = '', ...others] = detail.split('\n')
  return [
    ...row(`${marks[status]} ${step}`, `${first}${took}`),
    ...[...others, ...(remedy === undefined ? [] : `→ ${remedy}`.split('\n'))].flatMap((line) => row('', line)),
  ]
}

function failureLines(failures: readonly FailureInReport[], answered: boolean): string[] {
  if (!answered) return [nobody]
  if (failures.length === 0) return ['  None since its start.']
  return failures.flatMap(({ at, code, operation, count, ourRequestId, catapaRequestId }) => [
    ...row(at, `${code}${count === null ? '' : `, ${count} since the start`}`),
    ...row('', operation ?? 'no operation of CATAPA'),
    ...row('', `request id: ours ${ourRequestId}, CATAPA's ${catapaRequestId}`),
  ])
}

/** A label that is too long for its column gets lines of its own. */
function row(label: string, value: string): string[] {
  const values = wrapped(value, columns, 2 + labelColumns)
  if (label.length >= labelColumns) return [...wrapped(label, columns, 2), ...values]
  const [first = '', ...rest] = values
  return [`  ${label.padEnd(labelColumns)}${first.trimStart()}`.trimEnd(), ...rest]
}

/** A row for each member, and one for each object of a list. */
function flat(value: unknown, label = ''): string[] {
  if (Array.isArray(value)) {
    const isOfObjects = value.some((one) => typeof one === 'object')
    return isOfObjects ? value.flatMap((one) => row(label, inOneLine(one))) : row(label, value.join(', ') || 'none')
  }
  if (typeof value !== 'object' || value === null) return row(label, shown(value))
  return Object.entries(value).flatMap(([name, inner]) => flat(inner, label === '' ? name : `${label}.${name}`))
}

function inOneLine(value: unknown): string {
  if (Array.isArray(value)) return value.map(inOneLine).join(' ') || 'none'
  if (typeof value !== 'object' || value === null) return shown(value)
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${inOneLine(inner)}`)
    .join(', ')
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return value === null || value === undefined ? 'none' : String(value)
}
