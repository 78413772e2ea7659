import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { ConfigError } from '../../src/settings/config-error.ts'
import type { Values } from '../../src/settings/read-group.ts'
import { tellChanges } from '../../src/sidecar/client.ts'
import { followCredentials } from '../../src/sidecar/rotation.ts'
import { authority, started, status } from '../support/rotation.ts'
import { demoCredentials, printed, secret } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const firstSecret = demoCredentials.clientSecret
const nextSecret = 'next-secret-4711-never-printed'
secret(nextSecret)
secret('proxy-password-4711-never-printed')
secret('secret-of-the-other-4711')

const occurrences = (text: string, pattern: RegExp) => text.match(new RegExp(pattern, 'g'))?.length ?? 0

/** A sidecar that follows a `--config` file, and an authority that accepts both secrets. */
async function setup(t: TestContext) {
  const catapa = await authority(t)
  catapa.clients.add(`acme/one:${firstSecret}`).add(`acme/one:${nextSecret}`)
  const path = join(temporaryFolder(t), 'my.local.env')
  const write = (value: string, ...more: string[]) => {
    const lines = ['CATAPA_TENANT=acme', 'CATAPA_CLIENT_ID=one', `CATAPA_CLIENT_SECRET=${value}`, ...more]
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
  }
  write(firstSecret)
  const { url, command } = await started(t, catapa.url, {}, '--config', path)
  assert.equal(await status(url), 200)
  return { catapa, write, url, command }
}

test('a --config file with any problem changes nothing, and is warned of with that problem; mended, it is used', async (t) => {
  const { catapa, write, url, command } = await setup(t)
  const problems: [line: string, said: RegExp][] = [
    [
      'SIDECAR_REPLAI=off',
      /SIDECAR_REPLAI: is not a setting \(line 4 of the --config file\); did you mean SIDECAR_REPLAY/,
    ],
    ['SIDECAR_TOKEN_WAIT=zq9x', /SIDECAR_TOKEN_WAIT: should be seconds/],
    ['SIDECAR_POLICY=zq9x', /SIDECAR_POLICY: is not a setting: it belongs in the callers file/],
    ['CATAPA_CA_FILE=/nowhere/zq9x.pem', /CATAPA_CA_FILE: .* does not exist/],
  ]
  for (const [line, said] of problems) {
    write(nextSecret, line)
    await command.until(said)
  }
  assert.equal(await status(url), 200)
  assert.deepEqual(catapa.asked, [`acme/one:${firstSecret}`])
  write(nextSecret)
  await command.until(/new credentials work and are in use/)
  for (const [, said] of problems) assert.equal(occurrences(command.output(), said), 1, said.source)
  assert.doesNotMatch(command.output().replaceAll('/nowhere/zq9x.pem', ''), /zq9x/, 'no value')
})

test('another setting that changes is told once, by name, and does not keep a new secret from being used', async (t) => {
  const { write, command } = await setup(t)
  const changes = ['SIDECAR_REPLAY=off', 'https_proxy=http://me:proxy-password-4711-never-printed@proxy.example:1']
  write(firstSecret, ...changes)
  await command.until(/"settings":\["HTTPS_PROXY","SIDECAR_REPLAY"\].*take effect after a restart"/)
  write(nextSecret, ...changes)
  await command.until(/new credentials work and are in use/)
  assert.equal(occurrences(command.output(), /take effect after a restart/), 1)
})

test('new credentials that came with another token endpoint wait for the restart: they are sent nowhere', async (t) => {
  const { catapa, write, command, url } = await setup(t)
  const other = await authority(t)
  write('secret-of-the-other-4711', `CATAPA_TOKEN_URL=${other.url}/oauth/token`)
  await command.until(/"settings":\["CATAPA_TOKEN_URL"\].*take effect after a restart, and so do new credentials"/)
  write(nextSecret)
  await command.until(/new credentials work and are in use/)
  assert.equal(await status(url), 200)
  assert.deepEqual(other.asked, [])
  assert.deepEqual(catapa.asked, [`acme/one:${firstSecret}`, `acme/one:${nextSecret}`])
})

/** Lines of a log in memory. */
function memoryLog() {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => {
    printed(line)
    lines.push(JSON.parse(line))
  }
  return { lines, log: pino({ base: null }, { write }) }
}

test('however often a file with a problem is looked at, it is said once; another problem, or the same again, anew', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { lines, log } = memoryLog()
  let problem: string | undefined = 'should be true or false'
  const rotation = followCredentials(demoCredentials, {
    read() {
      if (problem === undefined) return demoCredentials
      throw new ConfigError([{ name: 'SIDECAR_QUIT', problem }])
    },
    use: async () => assert.fail('nothing is tried'),
    log,
  })
  t.after(rotation.stop)
  async function look(times: number): Promise<void> {
    for (let i = 0; i < times; i += 1) {
      t.mock.timers.tick(2000)
      await new Promise(setImmediate)
    }
  }
  await look(10)
  problem = 'is set twice'
  await look(10)
  problem = undefined
  await look(1)
  problem = 'is set twice'
  await look(10)
  const twice = ['SIDECAR_QUIT: is set twice']
  assert.deepEqual(
    lines.map(({ problems }) => problems),
    [['SIDECAR_QUIT: should be true or false'], twice, twice],
  )
})

test('a setting that is written down as its default is no change; one that goes back and forth is told each time', () => {
  const { lines, log } = memoryLog()
  const given = (settings: Record<string, string>): Values => new Map(Object.entries(settings))
  const tell = tellChanges(given({ SIDECAR_TOKEN_WAIT: '1', CATAPA_SCOPE: 'read' }), log)
  const looks = [
    { SIDECAR_TOKEN_WAIT: '1', CATAPA_SCOPE: 'read', SIDECAR_REPLAY: 'safe' },
    { SIDECAR_TOKEN_WAIT: '2' },
    { SIDECAR_TOKEN_WAIT: '2' },
    { SIDECAR_TOKEN_WAIT: '3', CATAPA_SCOPE: 'read' },
    { SIDECAR_TOKEN_WAIT: '1', CATAPA_SCOPE: 'read' },
    { SIDECAR_TOKEN_WAIT: '3', CATAPA_SCOPE: 'read' },
  ]
  for (const look of looks) tell(given(look), false)
  assert.deepEqual(
    lines.map(({ settings }) => settings),
    [['CATAPA_SCOPE', 'SIDECAR_TOKEN_WAIT'], ['SIDECAR_TOKEN_WAIT'], ['SIDECAR_TOKEN_WAIT']],
  )
})
