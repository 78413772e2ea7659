import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { test } from 'node:test'
import { startAdministered } from '../../support/admin.ts'
import { assertFails, examined, settings } from '../../support/doctor.ts'
import { keeper } from '../../support/secret-command.ts'
import { demoCredentials, startTestSandbox } from '../../support/sidecar.ts'
import { eventually } from '../../support/wire.ts'

type Kept = ReturnType<typeof keeper>

const hush = `echo ${demoCredentials.clientSecret}`
function withCommand(baseUrl: string, kept: Kept, more: Record<string, string> = {}) {
  const { CATAPA_CLIENT_SECRET: _, ...env } = settings(baseUrl)
  return { ...env, PATH: process.env.PATH ?? '', ...kept.setting, ...more }
}

test('the step says as whom it ran and for how long, and the token comes from its secret', async (t) => {
  const sandbox = await startTestSandbox(t)
  const kept = keeper(t, `printf '{"clientSecret":"${demoCredentials.clientSecret}","expiresAt":4102444800}'`)
  const { step, code, text } = await examined(withCommand(sandbox.url, kept))
  assert.equal(code, 0, text)
  const { detail } = step('secret-command')
  assert.match(
    detail,
    new RegExp(`^keeper ran as ${userInfo().username} for [\\d.]+ m?s and printed the secret, which expires at 2100`),
  )
  assert.equal(step('secret-file').detail, 'none: keeper prints the secret')
  assert.match(step('token').detail, /^CATAPA gave one/)
  assert.equal(kept.runs().length, 1)
})

test('each way of failing is told in one line, and the token is not asked for', async (t) => {
  const sandbox = await startTestSandbox(t)
  const ways: [act: string, detail: RegExp][] = [
    ['exit 3', /ended with status 3$/],
    ['kill -9 $$', /was ended by SIGKILL$/],
    ['sleep 600 & echo hush', /has ended, but a program that it started keeps its output open$/],
    ['head -c 70000 /dev/zero', /printed more than 64 KiB$/],
    [':', /printed nothing$/],
    ['echo a; echo b', /printed several lines$/],
    ["printf '\\377'", /printed something that is not UTF-8$/],
    ["echo '{'", /printed a text that begins like JSON and is none$/],
    ["echo '{}'", /printed no clientSecret$/],
    ["echo ' a'", /printed a clientSecret that CATAPA_CLIENT_SECRET could not have either$/],
    [`echo '{"clientSecret":"a","clientId":"b"}'`, /printed another clientId than CATAPA_CLIENT_ID$/],
    [`echo '{"clientSecret":"a","tenant":"b"}'`, /printed another tenant than CATAPA_TENANT$/],
    [`echo '{"clientSecret":"a","expiresAt":"soon"}'`, /printed an expiresAt that is neither ISO 8601, /],
  ]
  for (const [act, detail] of ways) {
    const kept = keeper(t, act)
    const { step } = await assertFails(examined(withCommand(sandbox.url, kept)), {
      step: 'secret-command',
      code: 2,
      detail,
      remedy: /./,
    })
    assert.doesNotMatch(step('secret-command').detail, /\n/, act)
    assert.equal(step('token').status, 'skipped')
  }
})

test('beside a running sidecar its last run is told, and it runs with --new-token only', async (t) => {
  const sandbox = await startTestSandbox(t)
  const kept = keeper(t, hush)
  const credentials = { ...demoCredentials, clientSecret: '' }
  const words = [...kept.command.words] as [string, ...string[]]
  const ours = await startAdministered(t, sandbox.url, { credentials, secretCommand: { ...kept.command, words } })
  await eventually(() => ours.tokens.state().valid, 'it has a token')
  const env = withCommand(sandbox.url, kept, { SIDECAR_ADMIN_LISTEN: `localhost:${ours.adminPort}` })
  const beside = await examined(env)
  assert.match(
    beside.step('secret-command').detail,
    /^the running sidecar ran keeper at 2\S+, for [\d.]+ m?s; not run again/,
  )
  assert.equal(kept.runs().length, 1)
  const anew = await examined(env, { newToken: 'always' })
  assert.match(anew.step('secret-command').detail, /^keeper ran as /)
  assert.match(anew.step('token').detail, /^CATAPA gave one/)
  assert.equal(kept.runs().length, 2)
})

test('what the running sidecar says of its failure is marked as its words', async (t) => {
  const sandbox = await startTestSandbox(t)
  const kept = keeper(t, 'exit 3')
  const credentials = { ...demoCredentials, clientSecret: '' }
  const words = [...kept.command.words] as [string, ...string[]]
  const ours = await startAdministered(t, sandbox.url, { credentials, secretCommand: { ...kept.command, words } })
  await eventually(() => ours.tokens.state().failure !== undefined, 'it has failed')
  const env = withCommand(sandbox.url, kept, { SIDECAR_ADMIN_LISTEN: `localhost:${ours.adminPort}` })
  await assertFails(examined(env), {
    step: 'secret-command',
    code: 2,
    detail: /^the running sidecar says: The secret's command, keeper, ended with status 3/,
    remedy: /your sidecar/,
  })
})

test('without the setting there is no such step', async (t) => {
  const sandbox = await startTestSandbox(t)
  const { steps } = await examined(settings(sandbox.url))
  assert.ok(!steps.some(({ step }) => step === 'secret-command'))
})
