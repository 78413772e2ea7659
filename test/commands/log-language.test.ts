// Commands that run a sidecar log in English, whatever the terminal speaks; their own sentences are for its person (design/promises 17.2).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settings } from '../support/doctor.ts'
import { freePort } from '../support/free-port.ts'
import { assertNoEnglish } from '../support/no-english.ts'
import { heedsSignals, runCli, startUpstream } from '../support/sidecar.ts'

const indonesian = { LANG: 'id_ID.UTF-8' }
const free = { SIDECAR_LISTEN: 'localhost:0', SIDECAR_ADMIN_LISTEN: 'localhost:0', SANDBOX_LISTEN: 'localhost:0' }

test('start logs in English', async (t) => {
  const { url } = await startUpstream(t)
  const command = runCli(t, ['start'], { ...settings(url), ...indonesian })
  assert.match(await command.until(/access token obtained/), /"msg":"listening"/)
  await heedsSignals(command)
  command.child.kill('SIGTERM')
  await command.exit
  assert.match(command.output(), /"msg":"stopped"/)
  assert.doesNotMatch(command.output(), /\b(yang|tidak|dan|di)\b/)
})

test('an address that is taken is told in Indonesian, after a log in English', async (t) => {
  const { url } = await startUpstream(t)
  const port = await freePort()
  const env = { ...settings(url), SIDECAR_LISTEN: `localhost:${port}`, ...indonesian }
  await runCli(t, ['start'], env).until(/access token obtained/)
  const late = runCli(t, ['start'], env)
  assert.equal((await late.exit).code, 3)
  const said = late.output().slice(late.output().indexOf('catapa-sidecar: '))
  assert.match(said, /^catapa-sidecar: 127\.0\.0\.1:\d+ sedang dipakai catapa-sidecar lain di mesin ini\./)
  assertNoEnglish(said)
})

test('exec tells the person at the terminal why its program was not started, and logs in English', async (t) => {
  const { url } = await startUpstream(t)
  const env = { ...settings(url), ...indonesian, SIDECAR_LOG_LEVEL: 'info' }
  const command = runCli(t, ['exec', '--', 'no-such-program'], env)
  assert.equal((await command.exit).code, 127)
  assert.match(command.output(), /access token obtained/)
  assert.match(
    command.output(),
    /^catapa-sidecar: no-such-program tidak dijalankan: program itu tidak ditemukan: periksa namanya dan PATH$/m,
  )
})

test('demo and sandbox introduce themselves in Indonesian', async (t) => {
  const demo = runCli(t, ['demo'], { ...free, ...indonesian })
  const introduced = await demo.until(/Ctrl-C mengakhiri keduanya\.\n/)
  const log = await demo.until(/access token obtained/)
  assert.doesNotMatch(log.replace(/^[^{].*$/gm, ''), /\b(yang|tidak|dan)\b/)
  assertNoEnglish(introduced.replace(/^(\{| {2}(curl|php)).*$/gm, '').replace('-X DELETE', ''))
  const sandbox = runCli(t, ['sandbox'], { ...free, ...indonesian })
  assert.match(await sandbox.until(/Ctrl-C mengakhirinya\.\n/), /^Sandbox CATAPA dengan data rekaan/)
})
