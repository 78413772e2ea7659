// The ends of the sidecar's own process, while the command runs: dist is started.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { authority, started } from '../support/rotation.ts'
import { argumentCanary, errorCanary, isAlive, keeper, numberIn } from '../support/secret-command.ts'
import { runCli, secret } from '../support/sidecar.ts'
import { eventually } from '../support/wire.ts'

const hush = 'hush-4711-at-the-end'
secret(hush)
const client = { CATAPA_TENANT: 'acme', CATAPA_CLIENT_ID: 'client' }

/** A command that runs, with a grandchild, and ignores SIGTERM. */
const stubborn = (folder: string) =>
  `trap '' TERM; (trap '' TERM; echo $$ > /dev/null; exec sleep 600) & echo $! > '${folder}/grandchild'; wait`

for (const [how, signals, code] of [
  ['SIGTERM', ['SIGTERM'], 0],
  ['a second SIGTERM, which waits for nothing', ['SIGTERM', 'SIGTERM'], 0],
  ['SIGINT', ['SIGINT'], 0],
] as const) {
  test(`${how} ends a command that does not heed it, whole`, async (t) => {
    const catapa = await authority(t)
    const kept = keeper(t, '')
    kept.act(stubborn(kept.folder))
    const { command } = await started(t, catapa.url, { ...client, ...kept.setting })
    const file = join(kept.folder, 'grandchild')
    await eventually(() => numberIn(file) !== undefined, 'it runs')
    const pids = [...kept.runs(), numberIn(file) ?? 0]
    assert.ok(pids.every(isAlive))
    for (const signal of signals) {
      command.child.kill(signal)
      await command.until(/"stopping"/)
    }
    assert.deepEqual(await command.exit, { code, signal: null })
    await eventually(() => !pids.some(isAlive), 'all are gone')
  })
}

test('exec ends it, too, when its time is over', async (t) => {
  const catapa = await authority(t)
  const kept = keeper(t, '')
  kept.act(stubborn(kept.folder))
  const env = { ...client, ...kept.setting, CATAPA_BASE_URL: catapa.url }
  const command = runCli(t, ['exec', '--timeout', '1', '--', 'true'], env)
  assert.equal((await command.exit).code, 5)
  assert.ok(kept.runs().length > 0)
  await eventually(() => !kept.runs().some(isAlive), 'it is gone')
})

test('exec starts its program with the secret of the command, which has none of it in its environment', async (t) => {
  const catapa = await authority(t)
  catapa.clients.add(`acme/client:${hush}`)
  const kept = keeper(t, `echo ${hush}`)
  const env = { ...client, ...kept.setting, CATAPA_BASE_URL: catapa.url }
  const job = ['sh', '-c', 'echo "$(env | grep -c CLIENT) ran"']
  const command = runCli(t, ['exec', '--', ...job], env)
  assert.equal((await command.exit).code, 0)
  assert.match(command.output(), /^0 ran$/m)
  assert.deepEqual(catapa.asked, [`acme/client:${hush}`])
})

test('exec tells in one line why there is no secret', async (t) => {
  const catapa = await authority(t)
  const kept = keeper(t, 'exit 9')
  const env = { ...client, ...kept.setting, CATAPA_BASE_URL: catapa.url }
  const command = runCli(t, ['exec', '--timeout', '1', '--', 'true'], env)
  assert.equal((await command.exit).code, 5)
  assert.match(command.output(), /true was not started: The secret's command, keeper, ended with status 9\./)
})

test('a program that is not there is 2 at the start, and check says so without running one', async (t) => {
  const kept = keeper(t, `echo ${hush}`)
  const wrong = { ...client, CATAPA_CLIENT_SECRET_COMMAND: `/nowhere/keeper ${argumentCanary}` }
  for (const name of ['start', 'check', 'exec', 'login']) {
    const command = runCli(t, [name, ...(name === 'exec' ? ['--', 'true'] : [])], wrong)
    assert.equal((await command.exit).code, 2, name)
    assert.match(command.output(), /CATAPA_CLIENT_SECRET_COMMAND: names a program that is not there/)
  }
  const check = runCli(t, ['check'], { ...client, ...kept.setting })
  assert.equal((await check.exit).code, 0)
  assert.deepEqual(kept.runs(), [])
})

test('nothing of what it printed, of its arguments or of its standard error is in any output', async (t) => {
  const catapa = await authority(t)
  catapa.clients.add(`acme/client:${hush}`)
  const canaries = [hush, argumentCanary, errorCanary]
  const acts = [
    `echo ${hush}`,
    `printf '{"clientSecret":"${hush}","expiresAt":1}'`,
    ...[`echo ${hush}; exit 1`, `printf '${hush}\\n${hush}'`, `echo '{${hush}'`, `echo ' ${hush}'`],
    ...[
      `printf '{"clientSecret":"${hush}","tenant":"${hush}"}'`,
      `printf '{"clientSecret":"x","expiresAt":"${hush}"}'`,
    ],
  ]
  for (const [index, act] of acts.entries()) {
    const kept = keeper(t, act)
    const file = join(kept.folder, 'own.env')
    writeFileSync(file, `CATAPA_CLIENT_SECRET_COMMAND=${kept.setting.CATAPA_CLIENT_SECRET_COMMAND}\n`, { mode: 0o600 })
    const env = { ...client, SIDECAR_ADMIN_LISTEN: 'localhost:0', SIDECAR_LOG_LEVEL: 'trace', SIDECAR_TOKEN_WAIT: '1' }
    const { command, url } = await started(t, catapa.url, env, '--config', file)
    const answer = await fetch(`${url}/v1/users/me`)
    assert.equal(answer.status, index < 2 ? 200 : 503, act)
    const admin = /"address":"(http:\/\/127[^"]+)","msg":"admin/.exec(await command.until(/"msg":"admin/))?.[1] ?? ''
    const shown = await Promise.all(
      ['/', '/api/status', '/metrics', '/readyz'].map(async (path) => (await fetch(admin + path)).text()),
    )
    command.child.kill('SIGTERM')
    await command.exit
    const doctor = runCli(t, ['doctor', '--config', file], { ...client, CATAPA_BASE_URL: catapa.url })
    await doctor.exit
    const all = [await answer.text(), ...shown, command.output(), doctor.output()].join('\n')
    for (const canary of canaries) assert.ok(!all.includes(canary), `${act}: ${canary}`)
    assert.match(all, /keeper/) // Its base name is.
  }
})
