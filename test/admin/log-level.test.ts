import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Config } from '../../src/settings/config.ts'
import { logLevels } from '../../src/settings/sidecar-settings.ts'
import { type Administered, press, startAdministered, startCatapa } from '../support/admin.ts'
import { sleep } from '../support/wire.ts'

async function start(t: TestContext, overrides: Partial<Config> = {}) {
  const catapa = await startCatapa(t)
  return startAdministered(t, catapa.url, overrides)
}

/** How many requests the page shows. */
async function recent({ adminUrl }: Administered): Promise<number> {
  return JSON.parse(await (await fetch(`${adminUrl}/api/status`)).text()).recent.length
}

/** Asks once, and counts what the log tells of it. */
async function lines(sidecar: Administered, given: RequestInit = {}): Promise<number> {
  const before = sidecar.log.length
  const finished = await recent(sidecar)
  await (await fetch(`${sidecar.url}/core/v1/companies`, given)).arrayBuffer()
  while ((await recent(sidecar)) === finished) await sleep(10) // A line comes after the answer, and just before it is counted here.
  return sidecar.log.slice(before).filter(({ msg }) => msg === 'request').length
}

async function setLevel(sidecar: Administered, level: string): Promise<void> {
  assert.equal((await press(sidecar, `/api/log-level?level=${level}`)).status, 200)
}

async function shownLevel({ adminUrl }: Administered): Promise<unknown> {
  const status = JSON.parse(await (await fetch(`${adminUrl}/api/status`)).text())
  return status.settings.find(({ name }: { name: string }) => name === 'SIDECAR_LOG_LEVEL').value
}

test('POST /api/log-level holds for requests from the next one on, in both directions', async (t) => {
  const sidecar = await start(t)
  assert.equal(await lines(sidecar), 1)
  await setLevel(sidecar, 'warn')
  assert.equal(await lines(sidecar), 0)
  const foreign = { headers: { Tenant: 'another' } }
  assert.equal(await lines(sidecar, foreign), 1, 'a refusal is a warning')
  await setLevel(sidecar, 'error')
  assert.equal(await lines(sidecar, foreign), 0)
  await setLevel(sidecar, 'info')
  assert.equal(await lines(sidecar), 1)
})

test('the log tells of each change, of one between two silent levels too, and of none where nothing changes', async (t) => {
  const sidecar = await start(t)
  for (const level of ['silent', 'silent', 'fatal', 'debug']) await setLevel(sidecar, level)
  const last = await press(sidecar, '/api/log-level?level=debug')
  assert.deepEqual(await last.json(), { from: 'debug', to: 'debug' })
  const told = sidecar.log.filter(({ msg }) => msg === 'log level changed').map(({ from, to }) => `${from} ${to}`)
  assert.deepEqual(told, ['trace silent', 'silent fatal', 'fatal debug'])
})

test('every level that SIDECAR_LOG_LEVEL takes can be set, and the status shows the one in effect', async (t) => {
  const sidecar = await start(t)
  for (const level of logLevels) {
    await setLevel(sidecar, level)
    assert.equal(await shownLevel(sidecar), level)
  }
})

test('a level that does not exist, or none, is refused with 400 and changes nothing', async (t) => {
  const sidecar = await start(t)
  for (const query of [
    '',
    '?level',
    '?level=',
    '?level=verbose',
    '?level=WARN',
    '?level=30',
    '?Level=warn',
    '?level=__proto__',
  ]) {
    const answer = await press(sidecar, `/api/log-level${query}`)
    assert.equal(answer.status, 400, query)
    assert.match(await answer.text(), /fatal, error, warn, info, debug, trace, silent.*\/api\/log-level\?level=warn/)
  }
  assert.equal(await shownLevel(sidecar), 'trace')
})
