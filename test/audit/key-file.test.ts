import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createSecretKey, type KeyObject } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { type KeyReading, keyedDigest, keyFileFlaw, readKeyFile, readOrMakeKeyFile } from '../../src/audit/key-file.ts'
import { trustFlaw } from '../../src/files/trusted-folder.ts'
import { isRoot } from '../support/login.ts'
import { without } from '../support/programs.ts'
import type { Ending } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

function place(t: Ending): { path: string; trail: string } {
  const folder = temporaryFolder(t)
  mkdirSync(join(folder, 'trail'))
  return { path: join(folder, 'key'), trail: join(folder, 'trail') }
}

function keyIn(reading: KeyReading): KeyObject {
  assert.ok('key' in reading, 'flaw' in reading ? reading.flaw : '')
  return reading.key
}

function flawIn(reading: KeyReading): string {
  return 'flaw' in reading ? reading.flaw : 'none'
}

test('the file is made on first use, 0600, with 256 random bits, and read from then on', async (t) => {
  const { path, trail } = place(t)
  const made = keyIn(await readOrMakeKeyFile(path, trail))
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.match(readFileSync(path, 'utf8'), /^[0-9a-f]{64}\n$/)
  assert.deepEqual(readdirSync(join(path, '..')).sort(), ['key', 'trail'])
  assert.ok(keyIn(await readOrMakeKeyFile(path, trail)).equals(made))
  assert.ok(keyIn(await readKeyFile(path)).equals(made))
  const other = place(t)
  assert.ok(!keyIn(await readOrMakeKeyFile(other.path, other.trail)).equals(made))
})

test('of several that make it at once all have the same key', async (t) => {
  const { path, trail } = place(t)
  const readings = await Promise.all(Array.from({ length: 8 }, () => readOrMakeKeyFile(path, trail)))
  const [first, ...others] = readings.map(keyIn)
  assert.ok(first !== undefined && others.every((key) => key.equals(first)))
  assert.deepEqual(readdirSync(join(path, '..')).sort(), ['key', 'trail'])
})

test('a key of one’s own is its text without the line break at the end; reading alone makes nothing', async (t) => {
  const { path } = place(t)
  assert.match(flawIn(await readKeyFile(path)), /does not exist/)
  writeFileSync(path, `${'k'.repeat(40)}\r\n`, { mode: 0o600 })
  assert.equal(
    keyIn(await readKeyFile(path))
      .export()
      .toString(),
    'k'.repeat(40),
  )
  const link = `${path}-link`
  symlinkSync(path, link)
  assert.equal(
    keyIn(await readKeyFile(link))
      .export()
      .toString(),
    'k'.repeat(40),
  )
})

test('a file that others may read, that is too short, too long or none, or lies with the trail, is refused and stays', async (t) => {
  const { path, trail } = place(t)
  writeFileSync(path, 'k'.repeat(40), { mode: 0o600 })
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(path, mode)
    if (process.platform !== 'win32') assert.match(flawIn(await readKeyFile(path)), /by other users: chmod 600/)
  }
  chmodSync(path, 0o600)
  for (const [content, flaw] of [
    ['k'.repeat(31), /at least 32 characters/],
    ['', /at least 32 characters/],
    ['k'.repeat(5000), /at most 4096 bytes/],
  ] as const) {
    writeFileSync(path, content)
    assert.match(flawIn(await readOrMakeKeyFile(path, trail)), flaw)
    assert.equal(readFileSync(path, 'utf8'), content)
  }
  assert.match(flawIn(await readKeyFile(trail)), /should be a file/)
  assert.match(flawIn(await readOrMakeKeyFile(join(trail, 'key'), trail)), /outside of SIDECAR_AUDIT_DIR/)
  symlinkSync(trail, `${trail}-link`)
  assert.match(flawIn(await readOrMakeKeyFile(join(`${trail}-link`, 'key'), trail)), /outside of SIDECAR_AUDIT_DIR/)
  assert.deepEqual(readdirSync(trail), [])
  assert.match(flawIn(await readOrMakeKeyFile(join(path, '..', 'no', 'key'), trail)), /in a folder that does not exist/)
})

test('whose file it may be, and who may read it: its user, and a group where root has made it', () => {
  const flaw = (owners: readonly number[] | undefined, uid: number, mode: number) =>
    keyFileFlaw({ isFile: () => true, size: 65, uid, mode }, owners)
  for (const [owners, uid, mode] of [
    [[1000], 1000, 0o600],
    [[1000], 0, 0o440],
    [[0, 1000], 1000, 0o600], // Root asks the trail of a service.
    [[0], 0, 0o600],
    [undefined, 0, 0o666],
  ] as const) {
    assert.equal(flaw(owners, uid, mode), undefined, `${owners} ${uid} ${mode.toString(8)}`)
  }
  for (const [owners, uid, mode] of [
    [[1000], 1000, 0o640],
    [[1000], 0, 0o460],
    [[1000], 0, 0o444],
    [[1000], 1001, 0o600],
    [[0], 1000, 0o600], // A sidecar that is root's.
    [[0, 1000], 1001, 0o600],
    [[0], 0, 0o440],
  ] as const) {
    assert.notEqual(flaw(owners, uid, mode), undefined, `${owners} ${uid} ${mode.toString(8)}`)
  }
})

test('a folder in which others could put another key is refused, also one that a link leads to, and nothing is made there', {
  skip: process.platform === 'win32',
}, async (t) => {
  const { path, trail } = place(t)
  const folder = dirname(path)
  const refused = /should lie in a folder that only this user and root can write to: .* can be written by every user/
  chmodSync(folder, 0o777)
  assert.match(flawIn(await readOrMakeKeyFile(path, trail)), refused)
  assert.deepEqual(readdirSync(folder), ['trail'])
  chmodSync(folder, 0o1777)
  keyIn(await readOrMakeKeyFile(path, trail))
  chmodSync(folder, 0o777)
  assert.match(flawIn(await readKeyFile(path)), refused)
  const other = place(t)
  symlinkSync(path, other.path)
  assert.match(flawIn(await readOrMakeKeyFile(other.path, other.trail)), refused)
})

test('as root: a key, or a folder, of another user is refused at the start, and read where the trail is of that user', {
  skip: !isRoot && 'only root can give files away',
}, async (t) => {
  const { path, trail } = place(t)
  keyIn(await readOrMakeKeyFile(path, trail))
  chownSync(path, 65_534, 65_534)
  assert.match(flawIn(await readOrMakeKeyFile(path, trail)), /a file of this user, and is of another \(uid 65534\)/)
  keyIn(await readKeyFile(path, 65_534))
  chownSync(path, 0, 0)
  chownSync(dirname(path), 65_534, 65_534)
  assert.match(flawIn(await readOrMakeKeyFile(path, trail)), /belongs to another user \(uid 65534\)/)
  keyIn(await readKeyFile(path, 65_534))
})

test('which folders are trusted: sticky ones too, and those that root has given to a group of ours', () => {
  const [own, gid] = [1000, process.getegid?.() ?? 0]
  const flaw = (uid: number, group: number, mode: number) => trustFlaw('/f', { uid, gid: group, mode }, [own])
  for (const [uid, group, mode] of [
    [1000, 1, 0o755],
    [0, 1, 0o1777],
    [0, gid, 0o2775],
  ] as const) {
    assert.equal(flaw(uid, group, mode), undefined, mode.toString(8))
  }
  assert.equal(flaw(1001, 1, 0o700), '/f belongs to another user (uid 1001)')
  assert.equal(flaw(1000, 1, 0o775), '/f can be written by its group')
  assert.equal(flaw(1000, gid, 0o2775), '/f can be written by its group')
  assert.equal(flaw(0, gid, 0o2777), '/f can be written by every user of this machine')
})

const text = '0123456789abcdef0123456789abcdef'
const key = createSecretKey(text, 'utf8')

test('a subject is the same for the same path and key, and another one for any other', () => {
  const path = '/core/v1/employees/4711'
  assert.match(keyedDigest(key, path), /^[0-9a-f]{64}$/)
  assert.equal(keyedDigest(key, path), keyedDigest(createSecretKey(text, 'utf8'), path))
  assert.notEqual(keyedDigest(key, path), keyedDigest(key, `${path}/`))
  assert.notEqual(keyedDigest(key, path), keyedDigest(createSecretKey(text.toUpperCase(), 'utf8'), path))
})

test('openssl computes the same, as docs/audit.md says', { skip: without('openssl') }, async () => {
  const path = '/core/v1/employees/externalId%3D4711'
  const command = `printf %s '${path}' | openssl dgst -sha256 -hmac '${text}'`
  const { stdout } = await promisify(execFile)('sh', ['-c', command])
  assert.equal(stdout.trim().split(' ').at(-1), keyedDigest(key, path))
})
