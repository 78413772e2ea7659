import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { examine } from '../../src/doctor/examine.ts'
import { jsonReport, printedReport, verdict } from '../../src/doctor/printed-report.ts'
import type { NewToken } from '../../src/doctor/step.ts'
import { demoCredentials, printed, runCli } from './sidecar.ts'

/** One step of `doctor --json`. */
export type ReportedStep = { step: string; status: string; detail: string; remedy?: string; ms: number }

export type Diagnosis = {
  code: number | null
  text: string
  ok: boolean
  steps: ReportedStep[]
  step(name: string): ReportedStep
}

/** Settings of a client that the sandbox knows, with listeners that disturb nobody. */
export function settings(baseUrl: string, overrides: Record<string, string> = {}): Record<string, string> {
  return {
    SIDECAR_LISTEN: 'localhost:0',
    SIDECAR_ADMIN_LISTEN: 'off',
    CATAPA_TENANT: demoCredentials.tenant,
    CATAPA_CLIENT_ID: demoCredentials.clientId,
    CATAPA_CLIENT_SECRET: demoCredentials.clientSecret,
    CATAPA_BASE_URL: baseUrl,
    ...overrides,
  }
}

const marks: Record<string, string> = { ok: '✓', failed: '✗', skipped: '–' }

/** Which port is free to propose may have changed between two runs. */
const anyPort = (text: string) => text.replace(/=localhost:\d+/g, '=localhost:PORT')

function diagnosis(code: number | null, text: string, json: string): Diagnosis {
  const { ok, steps }: { ok: boolean; steps: ReportedStep[] } = JSON.parse(json)
  assert.equal(ok, code === 0)
  for (const { step, status, remedy } of steps) {
    assert.match(text, new RegExp(`^${marks[status]} ${step} `, 'm'))
    assert.equal(remedy === undefined, status !== 'failed')
    if (remedy !== undefined) assert.ok(anyPort(text).includes(anyPort(`→ ${remedy.split('\n', 1)[0]}`)), text)
  }
  const step = (name: string) => {
    const found = steps.find((one) => one.step === name)
    assert.ok(found, `there is no step ${name}`)
    return found
  }
  return { code, text, ok, steps, step }
}

/** What `doctor` and `doctor --json` say as commands; the two have to agree. */
export async function diagnose(t: TestContext, env: Record<string, string>, args: string[] = []): Promise<Diagnosis> {
  const forPeople = runCli(t, ['doctor', ...args], env)
  const { code } = await forPeople.exit
  // Not at once: of two that look for a free port one may find that the other listens there for a moment.
  const asJson = runCli(t, ['doctor', '--json', ...args], env)
  assert.equal((await asJson.exit).code, code, forPeople.output())
  return diagnosis(code, forPeople.output(), asJson.output())
}

/** The same without processes, for the many cases whose exit status differs only by its step. */
export async function examined(
  environment: Record<string, string>,
  { configPath, newToken = 'if needed' }: { configPath?: string; newToken?: NewToken } = {},
): Promise<Diagnosis> {
  let text = ''
  const output = {
    write(chunk: string) {
      printed(chunk)
      text += chunk
    },
  }
  const results = await examine({ environment, configPath }, newToken, printedReport(output, false))
  output.write(`${verdict(results)}\n`)
  const json = jsonReport(results)
  printed(json)
  const first = results.find((result) => result.status === 'failed')
  return diagnosis(first?.status === 'failed' ? first.exit : 0, text, json)
}

type Expected = { step: string; code: number; detail: RegExp; remedy: RegExp }

/** Asserts that the first step that failed is this one, with its remedy and exit status. */
export async function assertFails(
  diagnosing: Promise<Diagnosis>,
  { step, code, detail, remedy }: Expected,
): Promise<Diagnosis> {
  const diagnosis = await diagnosing
  const first = diagnosis.steps.find(({ status }) => status === 'failed')
  assert.equal(first?.step, step, diagnosis.text)
  assert.match(first?.detail ?? '', detail)
  assert.match(first?.remedy ?? '', remedy)
  assert.equal(diagnosis.code, code)
  return diagnosis
}

/** Names of the steps with this status. */
export function named({ steps }: Diagnosis, status: string): string[] {
  return steps.filter((step) => step.status === status).map(({ step }) => step)
}

/** Remembers what a terminal showed, for the search for secrets. */
export function shown(text: string): string {
  printed(text)
  return text
}
