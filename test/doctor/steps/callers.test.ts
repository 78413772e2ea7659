import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname } from 'node:path'
import { type TestContext, test } from 'node:test'
import { callersFile, keyAndLine } from '../../support/callers-files.ts'
import { assertFails, type Diagnosis, examined, settings } from '../../support/doctor.ts'
import { demoCredentials, listenOnFreePort, startTestSandbox } from '../../support/sidecar.ts'

const { key, line: keyLine } = keyAndLine()
const good = `[export]\n${keyLine}\nprofile = read-only\n[clock]\nlisten = localhost:0\n[*]\nprofile = directory\nreport = true\n`

/** Whoever answers at SIDECAR_ADMIN_LISTEN, and says this of its callers. */
async function running(
  t: TestContext,
  baseUrl: string,
  callers: unknown,
  tenant = demoCredentials.tenant,
): Promise<Record<string, string>> {
  const { clientId } = demoCredentials
  const server = createServer((_request, response) => {
    const status = {
      credentials: { tenant, clientId },
      upstream: { origin: baseUrl },
      token: { valid: true, expiresAt: new Date(Date.now() + 600_000).toISOString() },
      listeners: { data: [], admin: [] },
      callers,
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(status))
  })
  return { SIDECAR_ADMIN_LISTEN: `127.0.0.1:${await listenOnFreePort(t, server)}` }
}

async function diagnosed(t: TestContext, path: string, callers?: unknown): Promise<Diagnosis> {
  const { url } = await startTestSandbox(t)
  const other = callers === undefined ? {} : await running(t, url, callers === 'none' ? undefined : callers)
  return examined(settings(url, { SIDECAR_CALLERS_FILE: path, ...other }))
}

const row = (name: string, lastSeenAt?: string) => ({
  name,
  ways: [],
  calls: lastSeenAt === undefined ? 0 : 1,
  lastSeenAt,
})

test('without SIDECAR_CALLERS_FILE and SIDECAR_PROFILE there is no such step', async (t) => {
  const { url } = await startTestSandbox(t)
  for (const env of [{}, { SIDECAR_PROFILE: 'full' }]) {
    const { steps } = await examined(settings(url, env))
    assert.ok(!steps.some(({ step }) => step === 'callers'))
  }
})

test('a good file: its mode, how many it names, who is only reported, after the secret', async (t) => {
  const path = callersFile(t, good, 0o640)
  const { step, steps } = await diagnosed(t, path)
  const { status, detail } = step('callers')
  assert.equal(status, 'ok')
  assert.equal(
    detail,
    `the file ${path}, mode 0640, 2 callers, everyone else has a section\nNote: restrictions are only logged and not enforced for everyone else`,
  )
  assert.deepEqual(
    steps.slice(0, 3).map((one) => one.step),
    ['configuration', 'secret-file', 'callers'],
  )
})

test('SIDECAR_PROFILE alone is said to limit everyone, and beside a file too', async (t) => {
  const { url } = await startTestSandbox(t)
  const alone = await examined(settings(url, { SIDECAR_PROFILE: 'read-only no-delete' }))
  assert.equal(
    alone.step('callers').detail,
    'SIDECAR_PROFILE no-delete read-only limits everyone; there is no callers file',
  )
  const path = callersFile(t, `[a]\n${keyLine}`)
  const both = await examined(settings(url, { SIDECAR_PROFILE: 'read-only', SIDECAR_CALLERS_FILE: path }))
  assert.match(
    both.step('callers').detail,
    /1 caller, everyone else is refused, SIDECAR_PROFILE read-only limits everyone$/,
  )
})

test('a bad file: every problem with its line, 2, and no key, as commands say it too', async (t) => {
  const { url } = await startTestSandbox(t)
  const path = callersFile(t, `[export]\nkey = ${key}\nprofile = readonly\n`)
  const { text, step } = await assertFails(examined(settings(url, { SIDECAR_CALLERS_FILE: path })), {
    step: 'callers',
    code: 2,
    detail: /^line 2: has a key itself.*\nline 3: .*did you mean read-only\?$/,
    remedy: /^Correct .*callers\.ini\. A running sidecar goes on with the earlier state of the file/,
  })
  assert.ok(!text.includes(key))
  assert.equal(step('token').status, 'ok', 'the rest is looked at all the same')
})

test('a good file in a folder that others can write: 2, with how to mend it', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, async (t) => {
  const { url } = await startTestSandbox(t)
  const path = callersFile(t, good)
  chmodSync(dirname(path), 0o777)
  await assertFails(examined(settings(url, { SIDECAR_CALLERS_FILE: path })), {
    step: 'callers',
    code: 2,
    detail: /^the folder .*, on the way to .*, can be written by every user of this machine.*: chmod go-w /,
    remedy: /^Correct /,
  })
})

test('a file that is not there: 2, with its path', async (t) => {
  const { url } = await startTestSandbox(t)
  await assertFails(examined(settings(url, { SIDECAR_CALLERS_FILE: '/nowhere/callers' })), {
    step: 'callers',
    code: 2,
    detail: /^\/nowhere\/callers does not exist$/,
    remedy: /Correct/,
  })
})

test('where a sidecar is running: which callers no program has used since its start', async (t) => {
  const path = callersFile(t, good)
  const table = [row('export', '2026-11-27T08:00:00Z'), row('clock'), row('other')]
  const { step } = await diagnosed(t, path, { file: path, since: '2026-11-27T07:00:00Z', problems: [], table })
  assert.equal(step('callers').status, 'ok')
  assert.match(
    step('callers').detail,
    /\nNote: since the running sidecar started no program has called as clock, everyone else$/,
  )
})

test('where all have called nothing more is said', async (t) => {
  const path = callersFile(t, good)
  const table = ['export', 'clock', 'other'].map((name) => row(name, '2026-11-27T08:00:00Z'))
  const { step } = await diagnosed(t, path, { file: path, problems: [], table })
  assert.match(step('callers').detail, /for everyone else$/)
})

test('a running sidecar that has no callers file, another one, or not all of it yet is mentioned', async (t) => {
  const path = callersFile(t, good)
  const without = await diagnosed(t, path, 'none')
  assert.match(without.step('callers').detail, /Note: the running sidecar uses no callers file: it was started without/)
  const another = await diagnosed(t, path, { file: '/etc/other', problems: [], table: [] })
  assert.match(another.step('callers').detail, /Note: the running sidecar uses another callers file$/)
  const older = await diagnosed(t, path, { file: path, problems: [], table: [row('export', '2026-11-27T08:00:00Z')] })
  assert.match(older.step('callers').detail, /Note: not taken over yet by the running sidecar: clock, everyone else$/)
})

test('a problem that the running sidecar has with the file is its words, not ours: 2', async (t) => {
  const path = callersFile(t, good)
  const problems = ['line 5: cannot listen on 127.0.0.1:8300 (EADDRINUSE)\x1b[2J']
  await assertFails(diagnosed(t, path, { file: path, problems, table: [] }), {
    step: 'callers',
    code: 2,
    detail:
      /^the running sidecar says: its callers file has a problem: line 5: cannot listen on 127\.0\.0\.1:8300 \(EADDRINUSE\)\?\[2J$/,
    remedy: /^If you know that it is your sidecar/,
  })
})

test('with --new-token, and where it works for another tenant, a running sidecar is left out', async (t) => {
  const { url } = await startTestSandbox(t)
  const path = callersFile(t, good)
  const callers = { file: path, problems: ['a problem'], table: [] }
  const env = settings(url, { SIDECAR_CALLERS_FILE: path })
  const own = await examined({ ...env, ...(await running(t, url, callers)) }, { newToken: 'always' })
  const other = await examined({ ...env, ...(await running(t, url, callers, 'another-tenant')) })
  for (const { step } of [own, other]) assert.match(step('callers').detail, /for everyone else$/)
})

test('names of a running sidecar are not repeated, and what it says in another form breaks nothing', async (t) => {
  const path = callersFile(t, good)
  const strange = [
    null,
    'x',
    3,
    [],
    { file: 3, problems: 'x', table: { x: 1 } },
    { file: path, problems: [3], table: [null, 3, {}] },
  ]
  for (const callers of strange) {
    const { step } = await diagnosed(t, path, callers)
    assert.equal(step('callers').status, 'ok', JSON.stringify(callers))
  }
  const table = [row('rm -rf /'), row('export', 'now'), row('clock', 'now'), row('other', 'now')]
  const { step } = await diagnosed(t, path, { file: path, problems: [], table })
  assert.doesNotMatch(step('callers').detail, /rm -rf/)
})
