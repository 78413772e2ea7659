import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { exec, script, startExec } from '../../support/exec.ts'
import { isRoot, nobody } from '../../support/login.ts'
import { without } from '../../support/programs.ts'
import { listenOnFreePort, type RunningCommand, secret, startTestSandbox } from '../../support/sidecar.ts'

const skip = process.platform === 'win32' && 'Windows has no socket files here'

/** A folder that all may enter, removed at the end. */
function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'catapa-exec-'))
  chmodSync(path, 0o755)
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A service that listens on a socket file, which whoever may connect can call. */
async function service(t: TestContext, path: string): Promise<void> {
  const server = createServer((_request, response) => response.end('the service'))
  await new Promise<void>((resolve) => server.listen(path, resolve))
  t.after(() => server.close())
}

function ask(socketPath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path: '/' }, (answer) => answer.setEncoding('utf8').once('data', resolve))
      .once('error', reject)
      .end()
  })
}

/** What a program sees that `exec` has started: itself, the sidecar's ports, and the same call as another user. */
const look = `
const fs = require('node:fs')
const { dirname } = require('node:path')
const http = require('node:http')
const { CATAPA_SOCKET: socketPath, CATAPA_URL, CATAPA_BASE_URL } = process.env
const mode = (path) => (fs.statSync(path).mode & 0o777).toString(8)
function call() {
  return new Promise((resolve) => {
    http.get(CATAPA_URL + '/v1/users/me', { socketPath, agent: false }, (answer) => resolve(answer.resume().statusCode))
      .on('error', ({ code }) => resolve(code))
  })
}
function ports() {
  const fds = '/proc/' + process.ppid + '/fd'
  const own = fs.readdirSync(fds).map((fd) => { try { return fs.readlinkSync(fds + '/' + fd) } catch { return '' } })
  return ['tcp', 'tcp6'].flatMap((table) => fs.readFileSync('/proc/net/' + table, 'utf8').split('\\n'))
    .map((row) => row.trim().split(/ +/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && own.includes('socket:[' + inode + ']')).length
}
async function main() {
  const seen = { socketPath, CATAPA_URL, CATAPA_BASE_URL, file: mode(socketPath), folder: mode(dirname(socketPath)) }
  if (process.platform === 'linux') seen.ports = ports()
  seen.own = await call()
  if (process.getuid() === 0) {
    process.setgroups([])
    process.setgid(${nobody})
    process.setuid(${nobody})
    seen.another = await call()
  }
  console.log(JSON.stringify(seen))
}
main()`

for (const [what, listen] of [
  ['a socket file', (path: string) => `unix:${path},mode=0666`],
  ['two of them', (path: string) => `unix:${path},mode=0666 unix:${path}.other`],
  ['a port and a socket file', (path: string) => `localhost:0 unix:${path},mode=0666`],
] as const) {
  test(`where SIDECAR_LISTEN is ${what}, the program gets a socket file that no other user can call, and no port`, {
    skip,
  }, async (t) => {
    const { url } = await startTestSandbox(t)
    const path = join(folder(t), 'service.sock')
    await service(t, path)
    const { ino } = statSync(path)
    const { code, stdout, stderr } = await exec(t, url, script(look), { SIDECAR_LISTEN: listen(path) })
    assert.deepEqual([code, stderr], [0, ''])
    const { socketPath, ...seen } = JSON.parse(stdout)
    assert.deepEqual(seen, {
      CATAPA_URL: 'http://localhost:4',
      CATAPA_BASE_URL: 'http://localhost:4',
      file: '600',
      folder: '700',
      own: 200,
      ...(process.platform === 'linux' && { ports: 0 }),
      ...(isRoot && { another: 'EACCES' }),
    })
    assert.notEqual(socketPath, path)
    assert.ok(!existsSync(socketPath), 'it is gone with the program')
    assert.equal(await ask(path), 'the service')
    assert.equal(statSync(path).ino, ino, "the service's own is left alone")
    assert.ok(!existsSync(`${path}.other`))
  })
}

const php = `$c = curl_init(getenv('CATAPA_URL') . '/core/v1/employees?size=2');
  curl_setopt($c, CURLOPT_UNIX_SOCKET_PATH, getenv('CATAPA_SOCKET'));
  curl_exec($c);`
const curl = 'curl -s --unix-socket "$CATAPA_SOCKET" "$CATAPA_URL/core/v1/employees?size=2"'

for (const [how, needs, command] of [
  ['curl with --unix-socket', 'curl', ['sh', '-c', curl]],
  ['PHP with CURLOPT_UNIX_SOCKET_PATH', 'php-curl', ['php', '-r', php]],
] as const) {
  test(`a program calls it as docs/commands.md says: ${how}`, { skip: skip || without(needs) }, async (t) => {
    const { url } = await startTestSandbox(t)
    const { stdout } = await exec(t, url, [...command], { SIDECAR_LISTEN: `unix:${join(folder(t), 'service.sock')}` })
    assert.equal(JSON.parse(stdout).content.length, 2)
  })
}

test('its folder is removed whichever way exec ends', { skip }, async (t) => {
  secret('wrong-secret-4711-never-printed')
  const { url } = await startTestSandbox(t)
  const base = folder(t)
  const taken = createServer()
  const port = await listenOnFreePort(t, taken)
  const asked = createServer() // A token endpoint that never answers.
  const silent = `http://127.0.0.1:${await listenOnFreePort(t, asked)}`

  type Case = { baseUrl?: string; env?: Record<string, string>; until?: (running: RunningCommand) => Promise<unknown> }
  /** @returns the exit status, once nothing is left where the folder was; SIGTERM is sent when `until` has come. */
  async function ended(name: string, command: string[], { baseUrl = url, env = {}, until }: Case = {}) {
    const TMPDIR = join(base, name)
    mkdirSync(TMPDIR)
    const running = startExec(t, baseUrl, command, { SIDECAR_LISTEN: `unix:${base}/s`, TMPDIR, ...env })
    if (until !== undefined) {
      await until(running)
      assert.equal(readdirSync(TMPDIR).length, 1, `${name}: it is there while exec runs`)
      running.child.kill('SIGTERM')
    }
    const { code } = await running.ended()
    assert.deepEqual(readdirSync(TMPDIR), [], name)
    return code
  }
  const runs = script("console.log('runs'); setInterval(() => {}, 1000)")
  const wrong = { CATAPA_CLIENT_SECRET: 'wrong-secret-4711-never-printed' }
  const outcomes = [
    ended('well', ['true']),
    ended('badly', ['sh', '-c', 'exit 3']),
    ended('killed', ['sh', '-c', 'kill -KILL $$']),
    ended('not-found', ['no-such-program-4711']),
    ended('refused', ['true'], { env: wrong }),
    ended('taken', ['true'], { env: { SIDECAR_ADMIN_LISTEN: `127.0.0.1:${port}` } }),
    ended('signal', runs, { until: ({ until }) => until(/runs/) }),
    ended('waiting', ['true'], { baseUrl: silent, until: () => once(asked, 'request') }),
  ]
  assert.deepEqual(await Promise.all(outcomes), [0, 3, 137, 127, 4, 3, 143, 143])
})

test('where there can be no such folder, exec ends with 2 and names TMPDIR', { skip }, async (t) => {
  const { url } = await startTestSandbox(t)
  const base = folder(t)
  const long = join(base, 'x'.repeat(110))
  mkdirSync(long)
  for (const [TMPDIR, expected] of [
    [join(base, 'nowhere'), /TMPDIR: should be a folder that this user can write \(ENOENT\)/],
    [long, /TMPDIR: should be a shorter path/],
  ] as const) {
    const { code, stderr } = await exec(t, url, ['true'], { SIDECAR_LISTEN: `unix:${base}/s`, TMPDIR })
    assert.equal(code, 2)
    assert.match(stderr, expected)
  }
  assert.deepEqual(readdirSync(long), [])
})
