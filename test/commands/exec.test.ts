import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { settings } from '../support/doctor.ts'
import { exec, script, startExec } from '../support/exec.ts'
import { freePort } from '../support/free-port.ts'
import { without } from '../support/programs.ts'
import { demoCredentials, json, runCli, secret, startTestSandbox } from '../support/sidecar.ts'

/** A job as somebody wrote it before there was a sidecar. */
function job(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'catapa-')), name)
  writeFileSync(path, text, { mode: 0o755 })
  return path
}

const phpJob = `<?php
$page = json_decode(file_get_contents(getenv('CATAPA_BASE_URL') . '/core/v1/employees?size=3'), true);
echo count($page['content']), " employees\\n";
exit(7);
`

const pythonJob = `import json, os, sys, urllib.request
with urllib.request.urlopen(os.environ['CATAPA_URL'] + '/core/v1/employees?size=4') as answer:
    print(len(json.load(answer)['content']), 'employees')
sys.exit(9)
`

for (const [program, wanted, name, text, expected] of [
  ['php', 'php-cli', 'job.php', phpJob, { code: 7, stdout: '3 employees\n' }],
  ['python3', 'python3', 'job.py', pythonJob, { code: 9, stdout: '4 employees\n' }],
] as const) {
  test(`an unmodified ${program} job gets its data, and its exit code and output are kept`, {
    skip: without(wanted),
  }, async (t) => {
    const { url } = await startTestSandbox(t)
    // A corporate proxy that nobody answers at: the way to the sidecar must not go through it.
    const env = { HTTP_PROXY: 'http://127.0.0.1:1', http_proxy: 'http://127.0.0.1:1' }
    const { code, stdout, stderr } = await exec(t, url, [program, job(name, text)], env)
    assert.deepEqual({ code, stdout, stderr }, { ...expected, stderr: '' })
    assert.equal((await json(fetch(`${url}/sandbox/stats`))).tokenRequests, 1)
  })
}

test('exit statuses are those of a shell: 0, n, 128+n for a signal, 127 not found, 126 not executable', async (t) => {
  const { url } = await startTestSandbox(t)
  const cases: [command: string[], code: number, stderr: RegExp][] = [
    [['true'], 0, /^$/],
    [['sh', '-c', 'exit 3'], 3, /^$/],
    [['sh', '-c', 'kill -TERM $$'], 143, /^$/],
    [['sh', '-c', 'kill -KILL $$'], 137, /^$/],
    [['no-such-program-4711'], 127, /no-such-program-4711 was not started: it was not found/],
    [['/etc/passwd'], 126, /may not be executed/],
    [[''], 127, /not found/],
  ]
  await Promise.all(
    cases.map(async ([command, code, expected]) => {
      const executed = await exec(t, url, command)
      assert.equal(executed.code, code, command.join(' '))
      assert.match(executed.stderr, expected)
    }),
  )
})

test('arguments reach the program unchanged: blanks, quotes, stars, dollars, line breaks, options, --', async (t) => {
  const { url } = await startTestSandbox(t)
  const args = ['a b', '"', "it's", '*', '$HOME', '`x`', '', 'two\nlines', '--json', '--', '%PATH%', 'ö']
  const command = [...script('process.stdout.write(JSON.stringify(process.argv.slice(1)))'), '--', ...args]
  const { code, stdout } = await exec(t, url, command)
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(stdout), args)
})

test('no credential is in the environment of the child, and the rest of it is', async (t) => {
  secret('proxy-password-4711')
  const { url } = await startTestSandbox(t)
  const path = job('client-secret', demoCredentials.clientSecret)
  const env = {
    CATAPA_CLIENT_SECRET: '',
    CATAPA_CLIENT_SECRET_FILE: path,
    HTTPS_PROXY: 'http://me:proxy-password-4711@proxy.example:1',
    ALL_PROXY: 'http://me:proxy-password-4711@proxy.example:1',
    all_proxy: 'socks5://me:proxy-password-4711@proxy.example:1',
    OF_THE_JOB: 'kept',
  }
  for (const given of [{}, env]) {
    const { stdout, stderr } = await exec(t, url, ['env'], { OF_THE_JOB: 'kept', ...given })
    assert.equal(stderr, '')
    assert.match(stdout, /^CATAPA_URL=http:\/\/127\.0\.0\.1:\d+$/m)
    assert.match(stdout, /^CATAPA_BASE_URL=http:\/\/127\.0\.0\.1:\d+$/m)
    assert.match(stdout, /^CATAPA_TENANT=demo$/m)
    assert.match(stdout, /^OF_THE_JOB=kept$/m)
    assert.doesNotMatch(stdout, /CATAPA_CLIENT|-4711|HTTPS_PROXY/)
  }
  const control = spawnSync('env', { env: { ...settings(url), ...env, CATAPA_CLIENT_SECRET: 'positive-4711' } })
  assert.match(control.stdout.toString(), /positive-4711/, 'positive control: without exec it is there')
})

test('without a token the program is not started: 4 refused, 5 unreachable, the reason on standard error', async (t) => {
  secret('wrong-secret-4711-never-printed')
  const { url } = await startTestSandbox(t)
  const refused = await exec(t, url, ['echo', 'ran'], { CATAPA_CLIENT_SECRET: 'wrong-secret-4711-never-printed' })
  assert.deepEqual([refused.code, refused.stdout], [4, ''])
  assert.match(refused.stderr, /echo was not started: CATAPA refuses the client .*CATAPA_CLIENT_SECRET/)
  const away = `http://127.0.0.1:${await freePort()}`
  const beganAt = performance.now()
  const unreachable = await exec(t, away, ['echo', 'ran'], {}, ['--timeout', '0.7'])
  assert.deepEqual([unreachable.code, unreachable.stdout], [5, ''])
  assert.match(unreachable.stderr, /echo was not started: The token endpoint \(127\.0\.0\.1:\d+\) could not be reached/)
  assert.ok(performance.now() - beganAt > 700, 'it was tried for as long as was said')
})

test('a token endpoint that recovers within the wait is waited for', async (t) => {
  const { url } = await startTestSandbox(t)
  await fetch(`${url}/sandbox/faults`, { method: 'PATCH', body: '{"tokenErrors":{"count":2,"status":503}}' })
  const { code, stdout } = await exec(t, url, ['echo', 'ran'])
  assert.deepEqual([code, stdout], [0, 'ran\n'])
})

test('no admin listener unless SIDECAR_ADMIN_LISTEN is set', async (t) => {
  const { url } = await startTestSandbox(t)
  const ask = (port: number) =>
    script(`fetch('http://127.0.0.1:${port}/livez').then((a) => console.log(a.status), () => console.log('none'))`)
  const port = await freePort()
  const on = await exec(t, url, ask(port), { SIDECAR_ADMIN_LISTEN: `localhost:${port}` })
  assert.equal(on.stdout, '200\n')
  // The usual port is taken, by this test or by a sidecar of this machine: who wants it does not start.
  const holder = createServer().on('error', () => {})
  holder.listen(8229, '127.0.0.1')
  t.after(() => holder.close())
  const wanting = await exec(t, url, ['echo', 'ran'], { SIDECAR_ADMIN_LISTEN: 'localhost:8229' })
  assert.deepEqual([wanting.code, wanting.stdout], [3, ''])
  const off = await exec(t, url, ['echo', 'ran'])
  assert.deepEqual([off.code, off.stdout], [0, 'ran\n'])
})

test('the log goes to standard error, and below a warning only when it is asked for', async (t) => {
  const { url } = await startTestSandbox(t)
  const call = script(
    "fetch(process.env.CATAPA_URL + '/v1/users/me').then(async (a) => console.log((await a.json()).id))",
  )
  const quiet = await exec(t, url, call)
  assert.equal(quiet.stderr, '')
  const { stdout, stderr } = await exec(t, url, call, { SIDECAR_LOG_LEVEL: 'info' })
  assert.match(stdout, /^[0-9a-f-]{36}\n$/)
  assert.match(stderr, /"msg":"access token obtained"/)
})

test('exec without a command, with one before --, or with a wrong time ends with 2 and says how it is written', async (t) => {
  for (const args of [
    ['exec'],
    ['exec', '--'],
    ['exec', 'php', 'x.php'],
    ['exec', '--timeout', 'soon', '--', 'true'],
  ]) {
    const command = runCli(t, args)
    assert.equal((await command.exit).code, 2, args.join(' '))
    assert.match(command.output(), /--/)
  }
  const { code } = await startExec(t, 'nonsense', ['echo']).ended()
  assert.equal(code, 2, 'bad configuration')
})

test('once the program has ended the sidecar does not make anybody wait', async (t) => {
  const { url } = await startTestSandbox(t)
  const call =
    "fetch(process.env.CATAPA_URL + '/v1/users/me').then((a) => a.text()).then(() => console.log(Date.now()))"
  const { code, stdout } = await exec(t, url, script(call), { SIDECAR_SHUTDOWN_GRACE: '120' })
  assert.equal(code, 0)
  const ms = Date.now() - Number(stdout)
  assert.ok(ms < 30_000, `the end took ${ms} ms`)
})
