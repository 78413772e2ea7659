import type { StepOutcome } from '../../doctor/step.ts'
import type { ShownSetting } from '../../settings/shown-settings.ts'
import { wrapped } from '../../words/wrapped.ts'
import type { FailureInReport } from './last-failures.ts'
import { reportWords } from './report-words.ts'

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

const columns = 100
const labelColumns = 26
const marks = { ok: '✓', failed: '✗', skipped: '–' } as const

/** The report for people: sections with headings, at most 100 columns wide. */
export function reportText(report: WrittenReport): string {
  const { at, versions, system, settings, checks, failures, sidecar } = report
  const say = reportWords()
  const nobody = `  ${say.nobody}`
  const lines = [
    ...wrapped(report.about, columns),
    '',
    ...wrapped(say.readIt, columns),
    '',
    say.written(at),
    ...section(say.versions, flat(versions)),
    ...section(say.system, flat(system)),
    ...section(say.settings, settingLines(settings)),
    ...section(say.checks, checks.flatMap(checkLines)),
    ...section(say.failures, sidecar.answered ? failureLines(failures) : [nobody]),
    ...section(say.status(sidecar.address), sidecar.answered ? flat(sidecar.status) : [nobody]),
    ...section(
      say.metrics,
      sidecar.answered ? sidecar.metrics.flatMap((sample) => wrapped(sample, columns, 2)) : [nobody],
    ),
  ]
  return `${lines.join('\n')}\n`
}

function section(heading: string, lines: readonly string[]): string[] {
  return [
    '',
    ...wrapped(heading, columns),
    ...wrapped('='.repeat(Math.min(columns, heading.length)), columns),
    ...lines,
  ]
}

function settingLines({ problems, values }: WrittenReport['settings']): string[] {
  const say = reportWords()
  const rows = values.flatMap(({ name, value, default: usual }) =>
    row(name, usual === undefined ? value : say.default(value, usual)),
  )
  if (problems.length === 0) return rows
  const wrong = problems.flatMap(({ name, problem }) => row(name, problem))
  return [`  ${say.wrong}`, ...wrong, ...(rows.length === 0 ? [`  ${say.noneShown}`] : ['', ...rows])]
}

function checkLines({ step, status, detail, remedy, ms }: WrittenReport['checks'][number]): string[] {
  const took = status === 'skipped' ? '' : ` (${ms} ms)`
  const [first = '', ...others] = detail.split('\n')
  return [
    ...row(`${marks[status]} ${step}`, `${first}${took}`),
    ...[...others, ...(remedy === undefined ? [] : `→ ${remedy}`.split('\n'))].flatMap((line) => row('', line)),
  ]
}

function failureLines(failures: readonly FailureInReport[]): string[] {
  const say = reportWords()
  if (failures.length === 0) return [`  ${say.noFailures}`]
  return failures.flatMap(({ at, code, operation, count, ourRequestId, catapaRequestId }) => [
    ...row(at, count === null ? code : say.times(code, count)),
    ...row('', operation ?? say.noOperation),
    ...row('', say.ids(ourRequestId, catapaRequestId)),
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
    return isOfObjects
      ? value.flatMap((one) => row(label, inOneLine(one)))
      : row(label, value.join(', ') || reportWords().none)
  }
  if (typeof value !== 'object' || value === null) return row(label, shown(value))
  return Object.entries(value).flatMap(([name, inner]) => flat(inner, label === '' ? name : `${label}.${name}`))
}

function inOneLine(value: unknown): string {
  if (Array.isArray(value)) return value.map(inOneLine).join(' ') || reportWords().none
  if (typeof value !== 'object' || value === null) return shown(value)
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${inOneLine(inner)}`)
    .join(', ')
}

function shown(value: unknown): string {
  const { yes, no, none } = reportWords()
  if (typeof value === 'boolean') return value ? yes : no
  return value === null || value === undefined ? none : String(value)
}
