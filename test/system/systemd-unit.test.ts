import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { exitStatus } from '../../src/problems/exit-status.ts'
import { without } from '../support/programs.ts'
import { config } from '../support/settings.ts'
import { root } from '../support/sidecar.ts'

const units = join(root, 'deploy/systemd')
const single = readFileSync(join(units, 'catapa-sidecar.service'), 'utf8')
const template = readFileSync(join(units, 'catapa-sidecar@.service'), 'utf8')

const folder = mkdtempSync(join(tmpdir(), 'catapa-units-'))
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }))
/** A template is judged as the instance that it becomes. */
const shipped = ['catapa-sidecar.service', 'catapa-sidecar@acme.service'].map((name) => {
  const path = join(folder, name)
  copyFileSync(join(units, name.replace('acme', '')), path)
  return path
})

function analyze(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}

test('systemd reads the units without a word, and says so where there is a wrong one', {
  skip: without('systemd'),
}, () => {
  for (const unit of shipped) assert.deepEqual(analyze('verify', '--man=no', unit), { status: 0, said: '' })
  const misspelt = join(folder, 'misspelt.service')
  writeFileSync(misspelt, single.replace('LoadCredential=', 'LoadCredentials='))
  assert.match(analyze('verify', '--man=no', misspelt).said, /Unknown key.*LoadCredentials/)
})

test('systemd judges the units as little exposed, at most 1.5 of 10', { skip: without('systemd') }, () => {
  for (const unit of shipped) {
    const { status, said } = analyze('security', '--offline=true', '--threshold=15', unit)
    assert.equal(status, 0, said.split('\n').slice(-2).join('\n'))
    assert.match(said, /Overall exposure level for catapa-sidecar[@a-z]*\.service: 1\.[0-5] /)
  }
})

test('the template differs from the unit in names and addresses only', () => {
  const generic = (text: string) =>
    text
      .replaceAll(/ %i(?=:)|[-/]%i/g, '')
      .split('\n')
      .filter((line) => !line.startsWith('#') && !line.startsWith('Environment="SIDECAR_'))
  assert.deepEqual(generic(template), generic(single))
  assert.match(template, /SIDECAR_LISTEN=unix:\/run\/catapa-sidecar-%i\/http\.sock,mode=0660"/)
  // Without it systemd gives all instances one user (design/libraries 123).
  assert.match(template, /^User=catapa-sidecar-%i$/m)
  assert.match(template, /SIDECAR_ADMIN_LISTEN=unix:\/run\/catapa-sidecar-%i\/admin\.sock"/)
})

test('systemd waits longer than the sidecar drains, and does not restart it for settings that stay wrong', () => {
  const stopSeconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(single)?.[1])
  const { shutdownDelayMs, shutdownGraceMs } = config()
  assert.ok(stopSeconds > (shutdownDelayMs + shutdownGraceMs) / 1000, `${stopSeconds} s`)
  assert.match(single, new RegExp(`^RestartPreventExitStatus=${exitStatus.configuration}$`, 'm'))
})

test('a program that hangs is started again, and so is one that takes too much memory', () => {
  const one = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(single)?.[1]
  assert.ok(Number(one('WatchdogSec')) >= 30, 'a machine that is busy is not a program that hangs')
  assert.equal(one('MemoryMax'), '512M')
  assert.equal(one('Restart'), 'on-failure')
})

test('a crash writes no memory to disk: it holds the secret and tokens', () => {
  for (const unit of [single, template]) assert.match(unit, /^LimitCORE=0$/m)
})
