import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { judgeMode } from '../../src/settings/file-mode.ts'
import { kubernetesSecret } from '../support/secret-files.ts'

test('what Kubernetes mounts is readable by all in its container, which is a note and no failure', {
  skip: process.platform === 'win32' && 'Windows has no modes',
}, () => {
  const secret = kubernetesSecret()
  const verdict = judgeMode(secret)
  assert.equal(verdict?.flaw, undefined)
  assert.match(verdict?.warning ?? '', /container/)
  chmodSync(dirname(secret), 0o700)
  assert.deepEqual(judgeMode(secret), { mode: 'mode 0644' }, 'the folder keeps others out')
  assert.equal(judgeMode('anything', 'win32'), undefined)
})

const secretsOfDocker = '/run/secrets'
const noDocker = process.getuid?.() !== 0 || process.platform === 'win32' ? 'to put a file there takes root' : false

test('a secret of Docker or Compose, readable by all in its container, is a note there and a failure on a host', {
  skip: noDocker,
}, (t) => {
  const made = !existsSync(secretsOfDocker)
  mkdirSync(secretsOfDocker, { recursive: true, mode: 0o755 })
  const path = join(secretsOfDocker, `catapa-test-${process.pid}`)
  t.after(() => rmSync(made ? secretsOfDocker : path, { recursive: true }))
  writeFileSync(path, 'x')
  chmodSync(path, 0o444)
  assert.match(judgeMode(path, process.platform, true)?.warning ?? 'nothing', /container/)
  assert.match(judgeMode(path, process.platform, false)?.flaw ?? 'nothing', /every user of this machine/)
})
