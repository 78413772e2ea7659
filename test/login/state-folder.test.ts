// Whose state folder is used, and what others put into it (design/promises 7.6).
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lockFolder } from '../../src/login/folder-lock.ts'
import { loginPath, makeRoom, readLogin, removeLogin, writeLogin } from '../../src/login/login-file.ts'
import { ProblemError } from '../../src/problems/problem.ts'
import { probe, startAdministered } from '../support/admin.ts'
import { flawWords, storeWords } from '../support/failures.ts'
import { asNobody, folderOfNobody, isRoot, logIn, loginWith, nobody, stateFolder, store } from '../support/login.ts'
import { ended, startLoginSandbox } from '../support/login-command.ts'
import { runCli, startTestSandbox } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { sleep } from '../support/wire.ts'

const asRoot = { skip: !isRoot && 'only root can act as another user' }
const onUnix = { skip: process.platform === 'win32' && 'Windows has no modes' }
const login = () => ({ ...someLogin })
const someLogin = loginWith('https://api.example', 'refresh-token-never-printed')

/** What every way into a folder says of it; nothing may be left there by a refusal. */
async function refusal(folder: string): Promise<{ kind: string; problem: string; mend: string }> {
  const before = readdirSync(folder)
  const reading = await readLogin(folder)
  assert.ok('flaw' in reading, 'it was read')
  const words = flawWords(reading.flaw)
  const { problem, mend } = words
  for (const attempt of [() => lockFolder(folder, 0), () => makeRoom(folder), () => writeLogin(folder, login())]) {
    const error: unknown = await attempt().then(
      () => assert.fail('it was used'),
      (failure: unknown) => failure,
    )
    assert.deepEqual(storeWords(error), { problem, mend })
  }
  assert.deepEqual(readdirSync(folder), before)
  return words
}

/** It can be locked, written and read. */
async function isUsed(folder: string): Promise<void> {
  const stored = await store(folder, login())
  assert.deepEqual(await readLogin(folder), { login: stored })
}

for (const mode of [0o777, 0o775, 0o770, 0o702, 0o1777, 0o2770]) {
  const octal = mode.toString(8).padStart(4, '0')
  test(
    `a folder of mode ${octal} is refused with the command that mends it, and is used after it`,
    onUnix,
    async (t) => {
      const folder = stateFolder(t)
      const stored = await store(folder, login())
      // Of a group that is not root's, who could have given it to that group.
      if (isRoot) chownSync(folder, 0, nobody)
      chmodSync(folder, mode)
      const { kind, problem, mend } = await refusal(folder)
      assert.equal(kind, 'too_open')
      assert.ok(problem.includes(`${folder} has mode ${octal}, so that others can write in it`), problem)
      const [command = ''] = /chmod 700 .*$/.exec(mend) ?? []
      assert.equal(spawnSync(command, { shell: true }).status, 0, mend)
      assert.deepEqual(await readLogin(folder), { login: stored })
      await isUsed(folder)
    },
  )
}

test('a folder that others can only look into is no finding: its files are closed to them', onUnix, async (t) => {
  const folder = stateFolder(t)
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  await isUsed(folder)
})

test('a folder of another user is refused, to root too, and nobody is told to take it over', asRoot, async (t) => {
  const folder = folderOfNobody(t)
  const ofRoot = await refusal(folder)
  assert.equal(ofRoot.kind, 'other_owner')
  assert.match(ofRoot.problem, /belongs to another user \(uid 65534\)/)
  assert.match(ofRoot.mend, /^Run this as that user, or set SIDECAR_STATE_DIR to /)
  assert.doesNotMatch(ofRoot.mend, /chown/, 'what lies in it would become ours')
  chownSync(folder, 12_345, nobody)
  chmodSync(folder, 0o2770)
  await asNobody(async () => assert.equal((await refusal(folder)).kind, 'other_owner'))
})

test(
  "a folder of root's that is given to a group of ours, as Kubernetes does with fsGroup, is used",
  asRoot,
  async (t) => {
    const folder = folderOfNobody(t)
    const given = (gid: number, mode: number) => {
      chownSync(folder, 0, gid)
      chmodSync(folder, mode)
    }
    for (const mode of [0o2770, 0o2775]) {
      given(nobody, mode)
      await asNobody(() => isUsed(folder))
    }
    for (const [gid, mode] of [
      [nobody, 0o2777],
      [nobody, 0o0770],
      [12_345, 0o2775],
      [nobody, 0o3777],
    ] as const) {
      given(gid, mode)
      const { kind, mend } = await asNobody(() => refusal(folder))
      assert.equal(kind, 'too_open', mode.toString(8))
      assert.ok(mend.endsWith(`SIDECAR_STATE_DIR=${join(folder, 'catapa-sidecar')}`), mend)
    }
    await asNobody(() => isUsed(join(folder, 'catapa-sidecar')))
  },
)

test(
  'a folder in one that all may write, such as /tmp, and one behind a link, as of systemd, are used',
  onUnix,
  async (t) => {
    const base = temporaryFolder(t)
    chmodSync(base, 0o1777)
    await isUsed(join(base, 'private'))
    symlinkSync(join(base, 'private'), join(base, 'state'))
    await isUsed(join(base, 'state'))
  },
)

test(
  'login, logout and doctor refuse such a folder before anybody logs in, and the sidecar says so: 2, 4, login_required',
  onUnix,
  async (t) => {
    const { env, stateDir } = await startLoginSandbox(t)
    mkdirSync(stateDir)
    chmodSync(stateDir, 0o777)
    const says = new RegExp(`${stateDir} has mode 0777, so that others can write in it\\. .*chmod 700 ${stateDir}`)
    const login = await ended(runCli(t, ['login'], env))
    assert.equal(login.code, 2, login.output)
    assert.match(login.output, says)
    assert.doesNotMatch(login.output, /Open this address/)
    const logout = await ended(runCli(t, ['logout'], { SIDECAR_STATE_DIR: stateDir, SIDECAR_ADMIN_LISTEN: 'off' }))
    assert.equal(logout.code, 2, logout.output)
    assert.match(logout.output, says)
    const doctor = await ended(runCli(t, ['doctor'], { ...env, CATAPA_GRANT: 'authorization_code' }))
    assert.equal(doctor.code, 4)
    assert.match(doctor.output, /✗ login .* the state folder .* has mode 0777[\s\S]*→ Keep it to its owner: chmod 700/)
    assert.deepEqual(readdirSync(stateDir), [])
  },
)

test(
  'a running sidecar whose folder is opened to others answers login_required, names it, and goes on once it is closed',
  onUnix,
  async (t) => {
    const { url } = await startTestSandbox(t)
    const stateDir = stateFolder(t)
    await logIn(url, stateDir)
    chmodSync(stateDir, 0o777)
    const sidecar = await startAdministered(t, url, { grant: 'authorization_code', stateDir })
    const code = async () => (await fetch(`${sidecar.url}/v1/users/me`)).headers.get('x-catapa-sidecar-error')
    assert.equal(await code(), 'login_required')
    const ready = await probe(sidecar, '/readyz')
    assert.equal(ready.status, 503)
    assert.match(ready.text, new RegExp(`${stateDir} has mode 0777.*chmod 700 ${stateDir}$`))
    const line = sidecar.log.find(({ problem }) => problem === 'login_required')
    assert.match(String(line?.detail), /has mode 0777/)
    assert.ok(readFileSync(loginPath(stateDir)).length > 0, 'the file stays')
    chmodSync(stateDir, 0o700)
    const until = performance.now() + 30_000
    for (; (await code()) !== null; await sleep(50)) assert.ok(performance.now() < until, 'it goes on')
  },
)

/** A file that is of value to us, and what it holds. */
function victim(t: TestContext): { path: string; unharmed(): void } {
  const folder = temporaryFolder(t)
  const path = join(folder, 'precious')
  writeFileSync(path, 'precious, and longer than a sign of life', { mode: 0o644 })
  return {
    path,
    unharmed() {
      assert.equal(readFileSync(path, 'utf8'), 'precious, and longer than a sign of life')
      assert.equal(statSync(path).mode & 0o777, 0o644)
    },
  }
}

const planting = { link: symlinkSync, 'second name': linkSync }

for (const [what, plant] of Object.entries(planting)) {
  test(`a ${what} of another file in the place of the lock is not written through`, onUnix, async (t) => {
    const folder = stateFolder(t)
    const { path, unharmed } = victim(t)
    const lock = await lockFolder(folder, 0)
    unlinkSync(join(folder, 'login.lock.1'))
    plant(path, join(folder, 'login.lock.1'))
    await lock?.release()
    unharmed()
  })

  test(
    `a ${what} of another file in the place of the login that is being written is not written through`,
    onUnix,
    async (t) => {
      const folder = stateFolder(t)
      const { path, unharmed } = victim(t)
      const before = await store(folder, login())
      const room = await makeRoom(folder)
      const [begun = ''] = readdirSync(folder).filter((name) => name.endsWith('.new'))
      unlinkSync(join(folder, begun))
      plant(path, join(folder, begun))
      await assert.rejects(room.fill({ ...before, rotation: 1 }), ProblemError)
      unharmed()
      assert.deepEqual(await readLogin(folder), { login: before })
    },
  )
}

test('a file of another user in the place of the login that is being written gets none of it', asRoot, async (t) => {
  const folder = stateFolder(t)
  const room = await makeRoom(folder)
  const [begun = ''] = readdirSync(folder).filter((name) => name.endsWith('.new'))
  unlinkSync(join(folder, begun))
  writeFileSync(join(folder, begun), '')
  chownSync(join(folder, begun), nobody, nobody)
  await assert.rejects(room.fill(login()), ProblemError)
  assert.equal(readFileSync(join(folder, begun), 'utf8'), '')
})

test(
  'links and pipes with the names of locks hold nobody up, and forgetting a login takes away the link only',
  onUnix,
  async (t) => {
    const folder = stateFolder(t)
    const { path, unharmed } = victim(t)
    await store(folder, login())
    symlinkSync(path, join(folder, 'login.lock.7'))
    const lock = await lockFolder(folder, 20_000)
    assert.equal(await lock?.held(), true)
    unlinkSync(loginPath(folder))
    symlinkSync(path, loginPath(folder))
    assert.equal(await removeLogin(folder), true)
    await lock?.release()
    unharmed()
    execFileSync('mkfifo', [join(folder, 'login.lock.9')])
    const late = new Promise<'late'>((resolve) => setTimeout(resolve, 60_000, 'late').unref())
    assert.notEqual(await Promise.race([lockFolder(folder, 15_000), late]), 'late')
  },
)

test(
  'another user who gives his own folder as the state folder of root gets no file of root written',
  asRoot,
  async (t) => {
    const { env } = await startLoginSandbox(t)
    const base = folderOfNobody(t)
    const stateDir = join(base, 'state')
    const { path, unharmed } = victim(t)
    await asNobody(async () => {
      mkdirSync(stateDir, { mode: 0o700 })
      for (const number of [1, 2, 3]) symlinkSync(path, join(stateDir, `login.lock.${number}`))
      symlinkSync(path, join(stateDir, 'login.json'))
    })
    for (const command of ['login', 'logout']) {
      const { code, output } = await ended(runCli(t, [command], { ...env, SIDECAR_STATE_DIR: stateDir }))
      assert.equal(code, 2, output)
      assert.match(output, /belongs to another user \(uid 65534\)/)
    }
    unharmed()
    assert.equal(readdirSync(stateDir).length, 4)

    // The folder that is used is put aside, with a link to one of root's in its place: the next look sees whose it is not.
    const own = join(base, 'own')
    const lock = await lockFolder(own, 0)
    await asNobody(async () => {
      renameSync(own, `${own}.aside`)
      mkdirSync(own)
    })
    await assert.rejects(writeLogin(own, login()), /belongs to another user/)
    await lock?.release()
    assert.deepEqual(readdirSync(own), [])
  },
)
