// What the commands that start a sidecar make of the callers file.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { callersFile, keyAndLine } from '../support/callers-files.ts'
import { settings } from '../support/doctor.ts'
import { type RunningCommand, runCli, startUpstream } from '../support/sidecar.ts'

const { key, digest, line: keyLine } = keyAndLine()
const demoPorts = { SIDECAR_LISTEN: 'localhost:0', SIDECAR_ADMIN_LISTEN: 'off', SANDBOX_LISTEN: 'localhost:0' }
const child = ['--', process.execPath, '-e', 'console.log("the child ran")']

/** Each command, as it starts with this callers file. */
function commands(t: TestContext, baseUrl: string, path: string): Record<string, RunningCommand> {
  const env = { ...settings(baseUrl), SIDECAR_CALLERS_FILE: path }
  return {
    start: runCli(t, ['start'], env),
    exec: runCli(t, ['exec', ...child], { ...env, SIDECAR_LOG_LEVEL: 'info' }),
    demo: runCli(t, ['demo'], { ...demoPorts, SIDECAR_CALLERS_FILE: path, SIDECAR_LOG_FORMAT: 'json' }),
  }
}

test('start, exec and demo end with 2 and every problem of the callers file, before anything listens', async (t) => {
  const { url } = await startUpstream(t)
  const path = callersFile(t, `[a]\nkey = ${key}\nprofile = readonly\n[b]\nlimit = 3`)
  for (const [name, command] of Object.entries(commands(t, url, path))) {
    const { code } = await command.exit
    const output = command.output()
    assert.equal(code, 2, output)
    assert.match(output, /^ {2}SIDECAR_CALLERS_FILE: line 2: has a key itself/m, name)
    assert.match(output, /^ {2}SIDECAR_CALLERS_FILE: line 3: .*; did you mean read-only\?$/m)
    assert.match(
      output,
      /^ {2}SIDECAR_CALLERS_FILE: line 4: begins a section without key, listen, certificate or user/m,
    )
    assert.match(
      output,
      /^ {2}SIDECAR_CALLERS_FILE: line 5: limit in \[b\] is a rule that this version of catapa-sidecar does not know/m,
    )
    assert.doesNotMatch(output, /listening|the child ran|internal error/)
  }
})

test('start, exec and demo log who is known, by which ways and profiles, without digests, and warn of what is only reported', async (t) => {
  const { url } = await startUpstream(t)
  const text = `[export]\n${keyLine}\nlisten = localhost:0\nprofile = read-only no-approvals\n[cron]\n${keyAndLine().line}\nreport = true\n`
  const path = callersFile(t, text)
  const wanted = /"msg":"the restrictions of this caller are only logged and not enforced \(report = true\)"/
  for (const [name, command] of Object.entries(commands(t, url, path))) {
    const output = await command.until(wanted)
    const lines = output.split('\n').filter((line) => line.startsWith('{'))
    const logged: Record<string, unknown>[] = lines.slice(0, -1).map((line) => JSON.parse(line))
    assert.deepEqual(
      logged.filter(({ callers }) => callers !== undefined).map(({ msg, file, callers }) => ({ msg, file, callers })),
      [
        {
          msg: 'callers; everyone else is refused',
          file: path,
          callers: [
            {
              name: 'export',
              ways: name === 'exec' ? ['key'] : ['listener', 'key'], // It opens no listener of the file.
              profiles: ['read-only', 'no-approvals'],
              report: false,
            },
            { name: 'cron', ways: ['key'], profiles: [], report: true },
          ],
        },
      ],
      name,
    )
    assert.match(output, /"level":"warn".*"caller":"cron".*report = true/)
    assert.ok(!output.includes(digest))
  }
})

test('a file with [*] is logged as one in which nobody is refused for being unknown', async (t) => {
  const { url } = await startUpstream(t)
  const path = callersFile(t, '[*]\nprofile = directory')
  const output = await runCli(t, ['start'], { ...settings(url), SIDECAR_CALLERS_FILE: path }).until(/"msg":"callers"/)
  assert.match(output, /"callers":\[\{"name":"other","ways":\[\],"profiles":\["directory"\],"report":false\}\]/)
})

test("exec leaves the file's listeners to the service: its child finds no socket of them", async (t) => {
  const { url } = await startUpstream(t)
  const socket = join(mkdtempSync(join(tmpdir(), 'catapa-exec-')), 'export.sock')
  const path = callersFile(t, `[export]\n${keyLine}\nlisten = unix:${socket}`)
  const look = `console.log('there: ' + require('node:fs').existsSync(${JSON.stringify(socket)}))`
  const env = { ...settings(url), SIDECAR_CALLERS_FILE: path }
  const command = runCli(t, ['exec', '--', process.execPath, '-e', look], env)
  assert.equal((await command.exit).code, 0, command.output())
  assert.match(command.output(), /^there: false$/m)
})
