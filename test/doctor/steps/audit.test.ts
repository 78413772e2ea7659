import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { assertFails, examined, settings } from '../../support/doctor.ts'
import { demoCredentials, listenOnFreePort, startTestSandbox } from '../../support/sidecar.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

function folderOf(t: TestContext, mode = 0o700): string {
  const folder = join(temporaryFolder(t), 'audit')
  mkdirSync(folder)
  chmodSync(folder, mode)
  return folder
}

/** Whoever answers at SIDECAR_ADMIN_LISTEN, and says this of its trail. */
async function running(t: TestContext, baseUrl: string, audit: unknown): Promise<Record<string, string>> {
  const { tenant, clientId } = demoCredentials
  const server = createServer((_request, response) => {
    const status = {
      credentials: { tenant, clientId },
      upstream: { origin: baseUrl },
      token: { valid: true, expiresAt: new Date(Date.now() + 600_000).toISOString() },
      listeners: { data: [], admin: [] },
      audit,
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(status))
  })
  return { SIDECAR_ADMIN_LISTEN: `127.0.0.1:${await listenOnFreePort(t, server)}` }
}

test('without SIDECAR_AUDIT_DIR there is no such step', async (t) => {
  const { url } = await startTestSandbox(t)
  const { steps } = await examined(settings(url))
  assert.ok(!steps.some(({ step }) => step === 'audit'))
})

test('a good folder: its mode, whether there is a key, and that it can be written', async (t) => {
  const { url } = await startTestSandbox(t)
  const folder = folderOf(t)
  const { step } = await examined(settings(url, { SIDECAR_AUDIT_DIR: folder }))
  assert.equal(step('audit').status, 'ok')
  const [first = ''] = step('audit').detail.split('\n')
  const [, rest = ''] = first.split(`the folder ${folder}, `)
  assert.match(rest, /^mode 0700, no key, so the trail cannot be searched for a path, writable, [\d.]+ [kMGT]?B free$/)
})

test('a folder that is not there yet is made at the next start, and so is the key; doctor makes neither', async (t) => {
  const { url } = await startTestSandbox(t)
  const above = temporaryFolder(t)
  const [folder, key] = [join(above, 'audit'), join(above, 'audit.key')]
  const env = settings(url, { SIDECAR_AUDIT_DIR: folder, SIDECAR_AUDIT_KEY_FILE: key })
  const { step } = await examined(env)
  assert.match(step('audit').detail, /made at the next start, no key yet: it is made at the next start, writable/)
  for (const path of [folder, key]) assert.throws(() => statSync(path), { code: 'ENOENT' })
})

test('a folder that others can reach, one whose parent is missing and a key that others can read: 2', async (t) => {
  const { url } = await startTestSandbox(t)
  const failing = { step: 'audit', code: 2, remedy: /0700/ }
  const open = folderOf(t, 0o755)
  await assertFails(examined(settings(url, { SIDECAR_AUDIT_DIR: open })), { ...failing, detail: /mode 0755/ })
  const nowhere = join(temporaryFolder(t), 'not', 'there')
  await assertFails(examined(settings(url, { SIDECAR_AUDIT_DIR: nowhere })), {
    ...failing,
    detail: /nor the folder above it exists/,
  })
  const key = join(temporaryFolder(t), 'key')
  writeFileSync(key, 'k'.repeat(64), { mode: 0o644 })
  chmodSync(key, 0o644)
  const env = settings(url, { SIDECAR_AUDIT_DIR: folderOf(t), SIDECAR_AUDIT_KEY_FILE: key })
  await assertFails(examined(env), {
    ...failing,
    detail: /SIDECAR_AUDIT_KEY_FILE can be read or changed by other users/,
  })
})

test('what the running sidecar writes is told, also where it writes nothing, elsewhere, or cannot', async (t) => {
  const { url } = await startTestSandbox(t)
  const folder = folderOf(t)
  const detail = async (audit: unknown) => {
    const env = settings(url, { SIDECAR_AUDIT_DIR: folder, ...(await running(t, url, audit)) })
    return (await examined(env)).step('audit')
  }
  const head = { seq: 12_345, hash: 'ab'.repeat(32) }
  assert.match((await detail({ folder, head })).detail, /written by the running sidecar \(12345 lines\)/)
  assert.match((await detail(undefined)).detail, /Note: the running sidecar writes no audit trail: .* restarted/)
  assert.match((await detail({ folder: '/else', head })).detail, /Note: .* in another folder/)
  const replaced = { happened: 'Somebody has replaced the file' }
  assert.match((await detail({ folder, head, replaced })).detail, /Note: Somebody has replaced the file: run .* verify/)
  const failing = { happened: 'The audit trail in /x cannot be written: the disk is full', why: 'ENOSPC' }
  const failed = await detail({ folder, head, failing })
  assert.equal(failed.status, 'failed')
  assert.match(failed.detail, /^the running sidecar says: The audit trail .* the disk is full$/)
})

const onLinux = { skip: process.platform === 'linux' ? false : 'nowhere else is there a disk without any room' }

test(
  'a running sidecar that cannot write on a disk that is full: make room, which the step sees by itself',
  onLinux,
  async (t) => {
    const { url } = await startTestSandbox(t)
    const audit = (folder: string) => ({
      folder,
      failing: { happened: `The audit trail in ${folder} cannot be written` },
    })
    const full = await running(t, url, audit('/proc/self')) // It has 0 bytes free.
    await assertFails(examined(settings(url, { ...full, SIDECAR_AUDIT_DIR: '/proc/self' })), {
      step: 'audit',
      code: 2,
      detail: /^the running sidecar says: .* cannot be written; the disk of \/proc\/self has 0 B free$/,
      remedy: /^Make room on the disk of \/proc\/self\.$/,
    })
    const folder = folderOf(t)
    const other = await running(t, url, audit(folder))
    await assertFails(examined(settings(url, { ...other, SIDECAR_AUDIT_DIR: folder })), {
      step: 'audit',
      code: 2,
      detail: /^the running sidecar says: .* cannot be written$/,
      remedy: /^If you know that it is your sidecar/,
    })
  },
)
