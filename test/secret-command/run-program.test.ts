import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { programEnvironment } from '../../src/secret-command/program-environment.ts'
import { type Ran, runProgram } from '../../src/secret-command/run-program.ts'
import { isAlive, numberIn } from '../support/secret-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { eventually } from '../support/wire.ts'

const minutes = 60_000
const patient = { mostMs: 5 * minutes, patienceMs: 5 * minutes, heldOpenMs: 5 * minutes }
const env = { PATH: process.env.PATH ?? '' }
const sh = (script: string, limits: Partial<typeof patient> = {}) =>
  runProgram(['sh', '-c', script], env, { ...patient, ...limits })

/** The output, or why there is none; without the time. */
async function outcome(run: { ended: Promise<Ran> }) {
  const { tookMs, ...ran } = await run.ended
  assert.ok(tookMs >= 0)
  if ('output' in ran) return ran.output.toString()
  return 'flaw' in ran ? ran.flaw : 'stopped'
}

test('standard output is what counts; nothing can be read, and no shell is between', async () => {
  assert.equal(await outcome(runProgram(['echo', '$HOME', '*', ';', 'ls'], env)), '$HOME * ; ls\n')
  assert.equal(await outcome(sh('cat; echo end')), 'end\n')
  assert.equal(await outcome(sh('printf hush')), 'hush')
})

test('each way of failing has its flaw', async () => {
  assert.deepEqual(await outcome(runProgram(['nowhere-4711'], env)), { kind: 'missing' })
  assert.deepEqual(await outcome(runProgram(['/nowhere/4711'], env)), { kind: 'missing' })
  assert.deepEqual(await outcome(runProgram(['/etc/hostname'], env)), { kind: 'not_executable' })
  assert.deepEqual(await outcome(runProgram(['sh', 'x'.repeat(200_000)], env)), { kind: 'not_started', errno: 'E2BIG' })
  assert.deepEqual(await outcome(sh('echo hush; exit 3')), { kind: 'status', status: 3 })
  assert.deepEqual(await outcome(sh('echo hush; kill -SEGV $$')), { kind: 'signal', signal: 'SIGSEGV' })
})

test('64 KiB of output are taken, and one byte more ends the program', async () => {
  assert.equal((await outcome(sh('head -c 65536 /dev/zero'))).toString().length, 65_536)
  assert.deepEqual(await outcome(sh('head -c 65537 /dev/zero; sleep 600', { patienceMs: 100 })), { kind: 'too_large' })
})

test('standard error is read and forgotten, however much it is; only that there was any is known', async () => {
  const loud = await sh('head -c 1000000 /dev/zero >&2; echo hush').ended
  assert.deepEqual([loud.saidMore, await outcome(sh('echo x >&2; echo hush'))], [true, 'hush\n'])
  assert.equal((await sh('echo hush').ended).saidMore, false)
})

test('a program that takes too long is ended with all that it has started', async (t) => {
  const folder = temporaryFolder(t)
  const file = (name: string) => join(folder, name)
  // A child, a grandchild, and one that has closed all that it inherited.
  const script = `sh -c 'echo $$ > ${file('child')}; sleep 600 & echo $! > ${file('grandchild')}; wait' &
    sleep 600 >/dev/null 2>&1 & echo $! > ${file('quiet')}; wait`
  const ended = outcome(sh(script, { mostMs: 1500 }))
  const pids = () => ['child', 'grandchild', 'quiet'].map((name) => numberIn(file(name)))
  await eventually(() => pids().every((pid) => pid !== undefined), 'all are there')
  assert.deepEqual(await ended, { kind: 'late', seconds: 1.5 })
  await eventually(() => pids().every((pid) => pid !== undefined && !isAlive(pid)), 'none is left')
})

test('SIGTERM comes first, so that it can clean up, and SIGKILL to one that does not heed it', async (t) => {
  const folder = temporaryFolder(t)
  const clean = sh(`trap 'touch ${folder}/cleaned; exit' TERM; sleep 600 & wait`, { mostMs: 1000 })
  assert.deepEqual(await outcome(clean), { kind: 'late', seconds: 1 })
  assert.ok(existsSync(join(folder, 'cleaned')))

  const stubborn = sh(`trap '' TERM; echo $$ > ${folder}/pid; while :; do sleep 1; done`, {
    mostMs: 1000,
    patienceMs: 300,
  })
  assert.deepEqual(await outcome(stubborn), { kind: 'late', seconds: 1 })
  const pid = numberIn(join(folder, 'pid')) ?? 0
  await eventually(() => !isAlive(pid), 'it is gone')
})

test('it has 10 s, and 2 s more to end', async () => {
  const before = performance.now()
  const run = runProgram(['sh', '-c', "trap '' TERM; while :; do sleep 1; done"], env)
  const ran = await run.ended
  assert.deepEqual('flaw' in ran && ran.flaw, { kind: 'late', seconds: 10 })
  assert.ok(performance.now() - before >= 11_900)
})

test('an output that a grandchild keeps open is a failed run, and the grandchild is ended', async (t) => {
  const file = join(temporaryFolder(t), 'pid')
  const run = sh(`sleep 600 & echo $! > ${file}; echo hush`, { heldOpenMs: 300 })
  assert.deepEqual(await outcome(run), { kind: 'held_open' })
  const pid = numberIn(file) ?? 0
  await eventually(() => !isAlive(pid), 'it is gone')
})

test('a grandchild with an output of its own, as an agent has, is left alone', async (t) => {
  const file = join(temporaryFolder(t), 'pid')
  assert.equal(await outcome(sh(`sleep 600 >/dev/null & echo $! > ${file}; echo hush`)), 'hush\n')
  const pid = numberIn(file) ?? 0
  assert.ok(isAlive(pid))
  process.kill(pid)
})

test('it can be stopped, whole', async (t) => {
  const file = join(temporaryFolder(t), 'pid')
  const run = sh(`sleep 600 & echo $! > ${file}; wait`)
  await eventually(() => numberIn(file) !== undefined, 'it runs')
  run.stop()
  assert.equal(await outcome(run), 'stopped')
  const pid = numberIn(file) ?? 0
  await eventually(() => !isAlive(pid), 'it is gone')
  const early = sh('sleep 600')
  early.stop()
  assert.equal(await outcome(early), 'stopped')
})

test('its environment has what reaches the manager, and none of our own secrets', () => {
  const kept = {
    PATH: '/bin',
    OP_SERVICE_ACCOUNT_TOKEN: 't',
    VAULT_ADDR: 'https://v',
    HTTPS_PROXY: 'http://u:p@x',
    CATAPA_TENANT: 'acme',
  }
  const left = {
    ...{ CATAPA_CLIENT_ID: 'a', CATAPA_CLIENT_ID_FILE: 'a', CATAPA_CLIENT_SECRET: 'a', CATAPA_CLIENT_SECRET_FILE: 'a' },
    ...{
      CATAPA_CLIENT_SECRET_COMMAND: 'a',
      CATAPA_CLIENT_AUTH: 'a',
      catapa_client_secret: 'a',
      CATAPA_OLD_CLIENT_SECRET: 'a',
    },
    ...{ SIDECAR_CACHE_URL: 'a', SIDECAR_CACHE_URL_FILE: 'a', SIDECAR_NOTIFY_URL: 'a', SIDECAR_NOTIFY_URL_FILE: 'a' },
    ...{ SIDECAR_HEARTBEAT_URL: 'a', SIDECAR_HEARTBEAT_URL_FILE: 'a', OTEL_EXPORTER_OTLP_HEADERS_FILE: 'a' },
  }
  assert.deepEqual(programEnvironment({ ...left, ...kept, UNSET: undefined }), kept)
})
