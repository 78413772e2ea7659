import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Administered, press, probe, startAdministered } from '../support/admin.ts'
import { authority, status } from '../support/rotation.ts'
import { type Keeper, keeper } from '../support/secret-command.ts'
import { type Ending, secret } from '../support/sidecar.ts'
import { eventually, gate, sleep } from '../support/wire.ts'

const hush = 'hush-4711-from-a-command'
const other = 'other-4711-from-a-command'
for (const one of [hush, other]) secret(one)

type Shown = {
  program: string
  runs: object
  lastRun?: object
  failing?: { cause: string; detail: string }
  nextRunAt?: string
}

async function shown({ adminUrl }: Administered) {
  const found = await (await fetch(`${adminUrl}/api/status`)).json()
  return found as {
    secretCommand: Shown
    credentials: Record<string, string>
    states: { name: string; condition: string }[]
  }
}

async function sidecar(t: Ending, url: string, { command }: Keeper, set = { tenant: 'acme', clientId: 'client' }) {
  return startAdministered(t, url, {
    secretCommand: { ...command, words: [...command.words] as [string, ...string[]] },
    credentials: { ...set, clientSecret: '' },
  })
}

test('the secret comes from the command, once, however many call', async (t) => {
  const catapa = await authority(t)
  catapa.clients.add(`acme/client:${hush}`)
  const kept = keeper(t, `sleep 0.5; echo ${hush}`)
  const ours = await sidecar(t, catapa.url, kept)
  // All of them wait for the run.
  const statuses = await Promise.all(Array.from({ length: 20 }, () => status(ours.url)))
  assert.deepEqual([...new Set(statuses)], [200])
  for (let call = 0; call < 50; call += 1) assert.equal(await status(ours.url), 200)
  assert.equal(kept.runs().length, 1)
  const { secretCommand, states } = await shown(ours)
  assert.equal(secretCommand.program, 'keeper')
  assert.deepEqual(secretCommand.runs, { taken: 1, failed: 0 })
  assert.deepEqual([secretCommand.failing, secretCommand.nextRunAt, states], [undefined, undefined, []])
  const metrics = await (await fetch(`${ours.adminUrl}/metrics`)).text()
  assert.match(metrics, /^catapa_sidecar_secret_command_runs_total\{result="taken"\} 1$/m)
  const page = await (await fetch(`${ours.adminUrl}/`, { headers: { accept: 'text/plain' } })).text()
  assert.match(page, /Secret from +keeper, last run at \S/)
})

test('tenant and id that are not set come from it; until then a call that names a tenant is told to wait', async (t) => {
  const catapa = await authority(t)
  catapa.clients.add(`acme/client:${hush}`)
  const kept = keeper(t, 'exit 1')
  const ours = await sidecar(t, catapa.url, kept, { tenant: '', clientId: '' })
  const named = (tenant: string) => fetch(`${ours.url}/core/v1/employees`, { headers: { tenant } })
  const early = await named('acme')
  assert.equal(early.status, 503)
  assert.match(await early.text(), /does not know its tenant yet.*"token_unavailable"/)
  kept.act(`printf '{"clientSecret":"${hush}","clientId":"client","tenant":"acme"}'`)
  await eventually(() => kept.runs().length === 2, 'it ran again')
  assert.equal(await status(ours.url), 200)
  assert.deepEqual([(await named('acme')).status, (await named('other')).status], [200, 403])
  const { credentials } = await shown(ours)
  assert.deepEqual([credentials.tenant, credentials.clientId], ['acme', 'client'])
})

test('a start whose command fails is started and not ready, says why, and tries again after 5 s, or at the button', async (t) => {
  const catapa = await authority(t)
  catapa.clients.add(`acme/client:${hush}`)
  const kept = keeper(t, 'exit 7')
  const first = performance.now()
  const ours = await sidecar(t, catapa.url, kept)
  await eventually(() => kept.runs().length === 1, 'it ran')
  while ((await probe(ours, '/startupz')).status !== 200) await sleep(20)
  const ready = await probe(ours, '/readyz')
  assert.equal(ready.status, 503)
  assert.match(ready.text, /secret_command_failing: .*The secret's command, keeper, ended with status 7/)
  const { states, secretCommand } = await shown(ours)
  assert.deepEqual(
    states.map(({ name, condition }) => [name, condition]),
    [['secret_command_failing', 'bad']],
  )
  assert.equal(secretCommand.failing?.cause, 'secret_command_failed')
  const response = await fetch(`${ours.url}/core/v1/employees`)
  const text = await response.text()
  assert.equal(response.status, 503)
  assert.match(text, /token_unavailable/)
  assert.doesNotMatch(text, /keeper|status 7/)
  await eventually(() => kept.runs().length > 1, 'it runs again')
  assert.ok(performance.now() - first > 5000, 'not at once')
  const runs = kept.runs().length
  kept.act(`echo ${hush}`)
  // The next one would be 10 s later.
  assert.ok((await press(ours, '/api/token/refresh')).status < 300)
  assert.equal(kept.runs().length, runs + 1)
  assert.equal(await status(ours.url), 200)
  assert.deepEqual((await shown(ours)).states, [])
  assert.equal((await probe(ours, '/readyz')).status, 200)
  assert.equal(catapa.asked.length, 1)
})

test('a refusal makes it run once, and who waits for a token gets one with the new secret', async (t) => {
  const catapa = await authority(t)
  catapa.clients.add(`acme/client:${hush}`)
  const kept = keeper(t, `echo ${hush}`)
  const ours = await sidecar(t, catapa.url, kept)
  assert.equal(await status(ours.url), 200)
  kept.act(`sleep 0.5; echo ${other}`)
  catapa.clients.add(`acme/client:${other}`).delete(`acme/client:${hush}`)
  const statuses = await Promise.all(Array.from({ length: 20 }, () => status(ours.url)))
  assert.deepEqual([...new Set(statuses)], [200])
  assert.equal(kept.runs().length, 2)
  assert.deepEqual(catapa.asked, [`acme/client:${hush}`, `acme/client:${hush}`, `acme/client:${other}`])
})

test('a command that still prints the refused secret, or fails, costs one run for each refusal', async (t) => {
  for (const act of [`echo ${hush}`, 'exit 1']) {
    const catapa = await authority(t)
    catapa.clients.add(`acme/client:${hush}`)
    const kept = keeper(t, `echo ${hush}`)
    const ours = await sidecar(t, catapa.url, kept)
    assert.equal(await status(ours.url), 200)
    kept.act(act)
    catapa.clients.clear()
    assert.equal(await status(ours.url), 401) // CATAPA's own.
    for (let call = 0; call < 10; call += 1) assert.equal(await status(ours.url), 503)
    assert.deepEqual([kept.runs().length, catapa.asked.length], [2, 2])
    const { states } = await shown(ours)
    const names = states.map(({ name }) => name)
    assert.deepEqual(
      names,
      act === 'exit 1' ? ['credentials_rejected', 'secret_command_failing'] : ['credentials_rejected'],
    )
  }
})

test('a secret that is refused at the start is not asked for twice within one token request', async (t) => {
  const catapa = await authority(t)
  const kept = keeper(t, `echo ${hush}`)
  const ours = await sidecar(t, catapa.url, kept)
  assert.equal(await status(ours.url), 503)
  assert.deepEqual([kept.runs().length, catapa.asked.length], [1, 1])
})

test('another id or tenant than the set one is a failed run, and nothing is asked with it', async (t) => {
  const catapa = await authority(t)
  catapa.clients.add(`acme/client:${hush}`)
  const kept = keeper(t, `printf '{"clientSecret":"${hush}","clientId":"another"}'`)
  const ours = await sidecar(t, catapa.url, kept)
  assert.equal(await status(ours.url), 503)
  assert.match((await shown(ours)).secretCommand.failing?.detail ?? '', /another clientId than CATAPA_CLIENT_ID/)
  assert.deepEqual(catapa.asked, [])
})

test('before the secret expires another one is fetched, tried and used; under load no call waits or fails', async (t) => {
  const catapa = await authority(t)
  catapa.clients.add(`acme/client:${hush}`).add(`acme/client:${other}`)
  const expiring = (value: string, seconds: string) => `{"clientSecret":"${value}","expiresAt":${seconds}}`
  // It has expired when it comes, so the next run is 5 s later.
  const kept = keeper(t, `echo '${expiring(hush, '1')}'`)
  const ours = await sidecar(t, catapa.url, kept)
  assert.equal(await status(ours.url), 200)
  kept.act(`sleep 1; echo '${expiring(other, '4102444800')}'`)
  const load = { running: true, most: 0, calls: 0 }
  const statuses = new Set<number>()
  const callers = Array.from({ length: 20 }, async () => {
    for (; load.running; await sleep(5)) {
      statuses.add(await status(ours.url))
      load.calls += 1
      load.most = Math.max(load.most, ours.tokens.state().waiting)
    }
  })
  await eventually(() => catapa.used.at(-1) === `acme/client:${other}`, 'the other one is in use')
  load.running = false
  await Promise.all(callers)
  assert.deepEqual([...statuses], [200])
  assert.equal(load.most, 0)
  assert.ok(load.calls > 100)
  assert.equal(kept.runs().length, 2)
  const { secretCommand } = await shown(ours)
  assert.equal(secretCommand.nextRunAt, '2099-12-31T23:59:00.000Z')
})

test('new secrets that do not work yet are not used, and those in use stay when the command fails', async (t) => {
  const catapa = await authority(t)
  catapa.clients.add(`acme/client:${hush}`)
  const kept = keeper(t, `echo '{"clientSecret":"${hush}","expiresAt":1}'`)
  const ours = await sidecar(t, catapa.url, kept)
  assert.equal(await status(ours.url), 200)
  kept.act(`echo '{"clientSecret":"${other}","expiresAt":1}'`)
  await eventually(() => catapa.asked.includes(`acme/client:${other}`), 'it is tried')
  const said = 'new credentials do not work; those in use stay'
  await eventually(() => ours.log.some(({ msg }) => msg === said), 'it is said')
  assert.equal(kept.runs().length, 2, 'the refusal of what is tried makes it run no further time')
  assert.equal(await status(ours.url), 200)
  kept.act('exit 5')
  await eventually(() => kept.runs().length === 3, 'it ran again')
  while ((await shown(ours)).secretCommand.failing === undefined) await sleep(20)
  assert.equal(await status(ours.url), 200)
  const { states } = await shown(ours)
  assert.deepEqual(
    states.map(({ name, condition }) => [name, condition]),
    [['secret_command_failing', 'warning']],
  )
  assert.equal((await probe(ours, '/readyz')).status, 200)
  assert.ok(catapa.used.every((client) => client === `acme/client:${hush}`))
  assert.ok(ours.log.some(({ msg }) => msg === "the secret's command failed; what it printed before stays in use"))
})

test('a sidecar that stops ends the run under way, and all that it has started', async (t) => {
  const catapa = await authority(t)
  const stopped = gate()
  const kept = keeper(t, 'sleep 600 & echo $! > "$(dirname "$0")/child"; wait')
  const ours = await sidecar(t, catapa.url, kept)
  await eventually(() => kept.runs().length === 1, 'it runs')
  const file = join(kept.folder, 'child')
  writeFileSync(file, '', { flag: 'a' })
  ours.stop().then(stopped.open)
  await stopped.opened
  const [pid = 0] = kept.runs()
  assert.throws(() => process.kill(pid, 0), /ESRCH/)
})
