// What of an answer may be in a report, since any program could have given it.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { homedir, hostname } from 'node:os'
import { test } from 'node:test'
import { askRunning } from '../../../src/commands/report/ask-running.ts'
import { kept } from '../../../src/commands/report/kept.ts'
import { shownCheck } from '../../../src/commands/report/shown-check.ts'
import { shownStatus } from '../../../src/commands/report/shown-status.ts'
import { namesIn, withoutNames } from '../../../src/commands/report/without-names.ts'
import { listenOnFreePort } from '../../support/sidecar.ts'

test('texts have no control characters and an end, lists have an end, and what is not asked for is left out', () => {
  const text = `\u001b[2J${'x'.repeat(1000)}`
  const long = Array.from({ length: 1000 }, () => ({ a: 1, b: 2 }))
  assert.deepEqual(kept({ text, long, other: 1 }, { text: 'plain', long: [{ a: 'plain' }], none: 'plain' }), {
    text: `?[2J${'x'.repeat(296)}`,
    long: Array(200).fill({ a: 1 }),
  })
  assert.equal(kept({ text: { toString: 'no text' } }, 'plain'), undefined)
})

test('the folder of a person, the name of this machine and those of who has logged in are left out, wherever they stand', () => {
  const names = namesIn({ login: { as: { name: 'Siti Rahmawati', username: 'siti.r', id: 'ab' } } })
  const told = [
    `${homedir()}/callers: no such file`,
    '/home/siti/x, C:\\Users\\siti\\x',
    `bound to ${hostname()}.office.example`,
    { [hostname()]: [`Siti Rahmawati (siti.r) at ${hostname().toUpperCase()}: ab`] },
    `another${hostname()}`,
    7,
  ]
  assert.deepEqual(withoutNames<unknown>(told, names), [
    homedir().length > 1 ? '~/callers: no such file' : `${homedir()}/callers: no such file`,
    '/home/…/x, C:\\Users\\…\\x',
    'bound to (this host).office.example',
    { [hostname()]: ['(a person) ((a person)) at (this host): ab'] },
    `another${hostname()}`,
    7,
  ])
})

test('the step that names who has logged in does not do so, and all else that it says is told', () => {
  const well = { step: 'login', status: 'ok', detail: 'Siti Rahmawati has logged in', ms: 3 } as const
  assert.deepEqual(shownCheck(well), { ...well, detail: 'a person has logged in, whose name is left out' })
  const other = { ...well, step: 'token' } as const
  assert.deepEqual(shownCheck(other), other)
  const failed = { step: 'login', status: 'failed', detail: 'nobody', remedy: 'log in', exit: 1, ms: 3 } as const
  const { exit, ...told } = failed
  assert.deepEqual(shownCheck(failed), told)
})

test('of the settings of a running sidecar those are told that differ from ours', () => {
  const settings = [
    { name: 'CATAPA_TENANT', value: 'demo', source: '/srv/of-siti' },
    { name: 'SIDECAR_PROFILE', value: 'read-only' },
    { name: 'SIDECAR_REPEATS', value: 'guard' },
  ]
  const ours = [
    { name: 'CATAPA_TENANT', value: 'demo', default: undefined },
    { name: 'SIDECAR_PROFILE', value: 'full', default: undefined },
  ]
  const { otherSettings } = Object(shownStatus({ version: '1', settings }, ours as never))
  assert.deepEqual(otherSettings, [
    { name: 'SIDECAR_PROFILE', value: 'read-only' },
    { name: 'SIDECAR_REPEATS', value: 'guard' },
  ])
})

test('another program that answers at the address of the admin listener is not taken for a sidecar', async (t) => {
  const answers: unknown[] = [{ status: 'up' }, { version: 7 }, { version: '1.0.0' }]
  const server = createServer((request, response) => {
    response.end(request.url === '/metrics' ? '' : JSON.stringify(answers.shift()))
  })
  const port = await listenOnFreePort(t, server)
  const asked = async () => (await askRunning([{ kind: 'tcp', host: '127.0.0.1', port }])).answered
  assert.deepEqual([await asked(), await asked(), await asked()], [false, false, true])
})
