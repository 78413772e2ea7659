// The heartbeat of a job, through the command.
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { exec, startExec } from '../../support/exec.ts'
import { freePort } from '../../support/free-port.ts'
import { healthchecks, heartbeatKey, unwilling, uptimeKuma } from '../../support/heartbeat.ts'
import { heedsSignals, startTestSandbox } from '../../support/sidecar.ts'
import { eventually } from '../../support/wire.ts'

const to = ({ url }: { url: string }) => ({ SIDECAR_HEARTBEAT_URL: url })

const jobs: [command: string[], status: number, down: string][] = [
  [['true'], 0, ''],
  [['sh', '-c', 'exit 3'], 3, 'exit status 3'],
  [['sh', '-c', 'kill -TERM $$'], 143, 'exit status 143'],
  [['no-such-program-4711'], 127, 'the job was not started: it was not found: check its name and PATH'],
]

test('healthchecks.io hears the start and the exit status, with the reason of a job that was not started', async (t) => {
  const { url } = await startTestSandbox(t)
  for (const [command, status, down] of jobs) {
    const receiver = await healthchecks(t)
    const { code, stderr } = await exec(t, url, command, to(receiver))
    assert.equal(code, status)
    const words = down.startsWith('the job') ? `: ${down}` : ''
    assert.deepEqual(receiver.heard, ['start', `${status}${words}`])
    assert.ok(!stderr.includes(heartbeatKey) && !stderr.includes('heartbeat'), stderr)
  }
})

test('Uptime Kuma hears up or down at the end, and nothing at the start', async (t) => {
  const { url } = await startTestSandbox(t)
  for (const [command, , down] of jobs) {
    const receiver = await uptimeKuma(t)
    await exec(t, url, command, to(receiver))
    assert.deepEqual(receiver.heard, [down === '' ? 'up: OK' : `down: ${down}`])
  }
})

test('a job without a token is told: 4 refused, 5 unreachable; so are wrong settings, 2, and a listener that is taken, 3', async (t) => {
  const receiver = await healthchecks(t)
  const { url } = await startTestSandbox(t)
  const last = () => receiver.heard.at(-1) ?? ''
  const refused = await exec(t, url, ['true'], { ...to(receiver), CATAPA_CLIENT_SECRET: 'wrong-4711' })
  assert.equal(refused.code, 4)
  assert.match(last(), /^4: the job was not started: CATAPA refuses the client/)
  const away = `http://127.0.0.1:${await freePort()}`
  assert.equal((await exec(t, away, ['true'], to(receiver), ['--timeout', '0.5'])).code, 5)
  assert.match(last(), /^5: the job was not started: The token endpoint .* could not be reached/)
  const wrong = await exec(t, url, ['true'], { ...to(receiver), SIDECAR_REPLAY: 'sometimes', CATAPA_TENANT: '' })
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /SIDECAR_REPLAY: should be/)
  assert.equal(last(), '2: the job was not started: settings are wrong')
  const port = await freePort()
  const holder = createServer().listen(port, '127.0.0.1')
  t.after(() => holder.close())
  const taken = { SIDECAR_ADMIN_LISTEN: `localhost:${port}` }
  assert.equal((await exec(t, url, ['true'], { ...to(receiver), ...taken })).code, 3)
  assert.equal(last(), '3')
  assert.equal(receiver.heard.filter((sign) => sign === 'start').length, 4)
})

test('a heartbeat whose own setting is wrong is not sent anywhere', async (t) => {
  const receiver = await healthchecks(t)
  const { url } = await startTestSandbox(t)
  for (const env of [{ SIDECAR_HEARTBEAT_URL: `${receiver.url}#` }, { ...to(receiver), HTTP_PROXY: 'no proxy' }]) {
    assert.equal((await exec(t, url, ['true'], env)).code, 2)
  }
  assert.deepEqual(receiver.requests, [])
})

test('one that is interrupted before it starts is told with 128 and the signal', async (t) => {
  const receiver = await healthchecks(t)
  const running = startExec(t, `http://127.0.0.1:${await freePort()}`, ['true'], to(receiver))
  await heedsSignals(running)
  await eventually(() => receiver.heard.length === 1, 'it has started')
  running.child.kill('SIGINT')
  assert.equal((await running.ended()).code, 130)
  assert.deepEqual(receiver.heard, ['start', '130: the job was not started: SIGINT came before'])
})

test('a receiver that hangs delays the job by nothing, and the end by 10 s at most; it is said once, without the URL', async (t) => {
  const receiver = await unwilling(t, () => {})
  const { url } = await startTestSandbox(t)
  const beganAt = performance.now()
  const running = startExec(t, url, ['echo', 'ran'], to(receiver))
  await running.until(/ran/)
  assert.equal(receiver.requests.length, 1, 'the job ran while the first sign hangs')
  const { code, stdout, stderr } = await running.ended()
  const tookMs = performance.now() - beganAt
  assert.deepEqual([code, stdout], [0, 'ran\n'])
  assert.ok(tookMs > 9_000 && tookMs < 30_000, `${tookMs} ms`)
  assert.deepEqual(receiver.requests, [`GET /${heartbeatKey}/start`, `GET /${heartbeatKey}/0`])
  assert.match(stderr, /^[^\n]*"host":"127\.0\.0\.1:\d+"[^\n]*the heartbeat does not arrive[^\n]*\n$/)
  assert.ok(!stderr.includes(heartbeatKey))
})

test('one that is away, answers 500 or a redirect changes neither status nor output of the job', async (t) => {
  const { url } = await startTestSandbox(t)
  const other = await healthchecks(t)
  const broken = await unwilling(t, (answer) => answer.writeHead(500).end())
  const redirecting = await unwilling(t, (answer) => answer.writeHead(302, { location: other.url }).end())
  const away = { url: `http://user:some-password-4711@127.0.0.1:${await freePort()}/${heartbeatKey}` }
  for (const [receiver, failure] of [
    [broken, 'status 500'],
    [redirecting, 'status 302'],
    [away, 'refused the connection'],
  ] as const) {
    const { code, stdout, stderr } = await exec(t, url, ['sh', '-c', 'echo ran; exit 3'], to(receiver))
    assert.deepEqual([code, stdout, stderr.split('\n').length], [3, 'ran\n', 2], stderr)
    assert.ok(stderr.includes(failure))
    assert.ok(!stderr.includes(heartbeatKey) && !stderr.includes('4711'))
  }
  assert.deepEqual(other.requests, [])
})

test('the job has no variable of it', async (t) => {
  const receiver = await healthchecks(t)
  const { url } = await startTestSandbox(t)
  const { stdout } = await exec(t, url, ['env'], { ...to(receiver), SIDECAR_HEARTBEAT_KEPT: '' })
  assert.match(stdout, /^CATAPA_URL=/m)
  assert.doesNotMatch(stdout, /HEARTBEAT/)
})
