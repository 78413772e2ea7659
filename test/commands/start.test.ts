// What a first start shows on a terminal.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settings } from '../support/doctor.ts'
import { freePort } from '../support/free-port.ts'
import { runCli, startTestSandbox } from '../support/sidecar.ts'

/** As on a terminal. */
const pretty = { SIDECAR_LOG_FORMAT: 'pretty' }

test('a first start on a terminal shows what differs from the default, and ends with where to call and to look', async (t) => {
  const { url } = await startTestSandbox(t)
  const [data, admin] = [await freePort(), await freePort()]
  const text = await runCli(
    t,
    ['start'],
    settings(url, {
      ...pretty,
      SIDECAR_LISTEN: `localhost:${data}`,
      SIDECAR_ADMIN_LISTEN: `127.0.0.1:${admin}`,
      SIDECAR_TOKEN_WAIT: '15',
      SIDECAR_HOLD: '7.5',
    }),
  ).until(/ready;.*\n/)
  const lines = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.slice('09:12:03 '.length))
  assert.deepEqual(
    lines.filter((line) => /^INFO {2}setting/.test(line)),
    [
      `INFO  setting CATAPA_BASE_URL=${url}`,
      `INFO  setting SIDECAR_LISTEN=localhost:${data}`,
      `INFO  setting SIDECAR_ADMIN_LISTEN=127.0.0.1:${admin}`,
      'INFO  setting SIDECAR_HOLD=7.5',
      'INFO  setting SIDECAR_LOG_FORMAT=pretty',
    ],
  )
  assert.equal(lines.at(-1), `INFO  ready; call http://localhost:${data}, look at http://localhost:${admin}`)
})

test('ready is not said before there is a token', async (t) => {
  const { url } = await startTestSandbox(t)
  const text = await runCli(t, ['start'], settings(url, { ...pretty, CATAPA_TENANT: 'elsewhere' })).until(
    /no access token.*\n/,
  )
  assert.doesNotMatch(text, /ready/)
})

test('elsewhere than on a terminal all settings are one line of the log', async (t) => {
  const { url } = await startTestSandbox(t)
  const output = await runCli(t, ['start'], settings(url)).until(/access token obtained/)
  const [line = ''] = output.split('\n').filter((one) => one.includes('"msg":"settings"'))
  assert.equal(JSON.parse(line).settings.SIDECAR_HOLD, '30')
  assert.doesNotMatch(output, /"msg":"(setting|ready.*)"/)
})
