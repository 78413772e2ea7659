// The trail of the whole program (design/promises 9), from the settings to the last head in the log.
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyTrail } from '../../src/audit/reading/verify-trail.ts'
import { settings } from '../support/doctor.ts'
import { type RunningCommand, runCli, startUpstream } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** The lines of a trail, as far as they are on disk. */
function linesIn(folder: string): Record<string, unknown>[] {
  const segments = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
  const text = segments.map((name) => readFileSync(join(folder, name), 'utf8')).join('')
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

async function addressOf(command: RunningCommand): Promise<string> {
  const output = await command.until(/"msg":"access token obtained"/) // By then signals are heeded.
  return /"address":"(http:\/\/127[^"]+)"/.exec(output)?.[1] ?? ''
}

test('start makes folder and key for their owner alone, writes before it sends, and logs the head that verify confirms', async (t) => {
  const base = temporaryFolder(t)
  const [folder, key] = [join(base, 'audit'), join(base, 'audit.key')]
  let before: unknown
  const upstream = await startUpstream(t, ({ method }, response) => {
    if (method === 'POST') before = linesIn(folder).at(-1)?.event
    response.end('{}')
  })
  const env = settings(upstream.url, { SIDECAR_AUDIT_DIR: folder, SIDECAR_AUDIT_KEY_FILE: key })
  const command = runCli(t, ['start'], env)
  const url = await addressOf(command)
  assert.deepEqual(
    [folder, key].map((path) => statSync(path).mode & 0o777),
    [0o700, 0o600],
  )
  const path = '/core/v1/employees/4711/contact-information'
  assert.equal((await fetch(`${url}${path}?name=budi`)).status, 200)
  assert.equal((await fetch(`${url}/core/v1/employees`, { method: 'POST', body: '{"name":"Budi"}' })).status, 200)
  assert.equal(before, 'begin', 'the line was in the file when CATAPA got the request')
  command.child.kill('SIGTERM')
  assert.equal((await command.exit).code, 0)
  const lines = linesIn(folder)
  assert.deepEqual(
    lines.map(({ event }) => event),
    ['start', 'request', 'begin', 'end', 'stop'],
  )
  assert.doesNotMatch(JSON.stringify(lines), /budi|4711-never|employees\/4711/i)
  const heads = [
    ...command.output().matchAll(/"seq":(\d+),"hash":"([0-9a-f]{64})","msg":"head of the audit trail at its end"/g),
  ]
  const [, seq, hash] = heads[0] ?? []
  const last = lines.at(-1)
  assert.deepEqual([Number(seq), hash], [last?.seq, last?.hash])
  const { broken, head } = verifyTrail(folder, { head: { seq: Number(seq), hash: String(hash) } })
  assert.deepEqual([broken, head], [undefined, 'met'])
  const subject = createHmac('sha256', readFileSync(key, 'utf8').trimEnd()).update(path).digest('hex')
  assert.equal(lines[1]?.subject, subject)
})

test('a second process that would write the same trail ends with 3, start and exec alike, and a restart goes on', async (t) => {
  const folder = join(temporaryFolder(t), 'audit')
  const upstream = await startUpstream(t)
  const env = settings(upstream.url, { SIDECAR_AUDIT_DIR: folder })
  const first = runCli(t, ['start'], env)
  await addressOf(first)
  for (const args of [['start'], ['exec', '--', process.execPath, '-e', 'console.log("the child ran")']]) {
    const second = runCli(t, args, env)
    assert.equal((await second.exit).code, 3, second.output())
    assert.match(second.output(), /another process writes the audit trail in .*audit/)
    assert.doesNotMatch(second.output(), /the child ran|"listening"/)
  }
  first.child.kill('SIGTERM')
  await first.exit
  const again = runCli(t, ['start'], env)
  await addressOf(again)
  again.child.kill('SIGTERM')
  await again.exit
  assert.deepEqual(
    linesIn(folder).map(({ event, seq }) => `${String(seq)} ${String(event)}`),
    ['1 start', '2 stop', '3 start', '4 stop'],
  )
})

test('a folder that others can reach ends it with 2 and the name of the setting', async (t) => {
  const upstream = await startUpstream(t)
  const folder = join(temporaryFolder(t), 'audit')
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  const command = runCli(t, ['start'], settings(upstream.url, { SIDECAR_AUDIT_DIR: folder }))
  assert.equal((await command.exit).code, 2, command.output())
  assert.match(command.output(), /^ {2}SIDECAR_AUDIT_DIR: /m)
  assert.doesNotMatch(command.output(), /"listening"/)
})

test('a key that others can read ends it with 2, and the trail is given back', async (t) => {
  const base = temporaryFolder(t)
  const [folder, key] = [join(base, 'audit'), join(base, 'audit.key')]
  const upstream = await startUpstream(t)
  const env = settings(upstream.url, { SIDECAR_AUDIT_DIR: folder, SIDECAR_AUDIT_KEY_FILE: key })
  writeFileSync(key, 'a key of at least thirty-two characters')
  chmodSync(key, 0o644)
  const refused = runCli(t, ['start'], env)
  assert.equal((await refused.exit).code, 2, refused.output())
  assert.match(refused.output(), /^ {2}SIDECAR_AUDIT_KEY_FILE: /m)
  chmodSync(key, 0o600)
  const again = runCli(t, ['start'], env)
  await addressOf(again)
})
