import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { lockFolder } from '../../src/login/folder-lock.ts'
import { foreignTo } from '../../src/login/judge-login.ts'
import {
  loginPath,
  makeRoom,
  newLogin,
  readLogin,
  recoverLogin,
  removeLogin,
  type StoredLogin,
  writeLogin,
} from '../../src/login/login-file.ts'
import { flawWords, storeWords } from '../support/failures.ts'
import { asNobody, folderOfNobody, isRoot, nobody, store } from '../support/login.ts'
import { secret } from '../support/sidecar.ts'

const base = mkdtempSync(join(tmpdir(), 'catapa-login-'))
after(() => rmSync(base, { recursive: true, force: true }))
let folders = 0

/** A folder that is not there yet. */
const nextFolder = () => join(base, String(folders++), 'state')

const refreshToken = 'refresh-4711-never-printed'
secret(refreshToken)

function someLogin(changed: Partial<StoredLogin> = {}): StoredLogin {
  const login = newLogin({
    tenant: 'acme',
    clientId: 'client',
    tokenUrl: 'https://api.example/oauth/token',
    refreshToken,
    who: { id: 'u-1', name: 'Maya Contoh' },
  })
  return { ...login, ...changed }
}

async function flawOf(folder: string) {
  const reading = await readLogin(folder)
  assert.ok('flaw' in reading, 'it was read')
  assert.doesNotMatch(JSON.stringify(reading), /4711/)
  return flawWords(reading.flaw)
}

async function stored(changed: Partial<StoredLogin> = {}) {
  const folder = nextFolder()
  const login = someLogin(changed)
  await writeLogin(folder, login)
  return { folder, login, path: loginPath(folder) }
}

test('a login is read as it was written, from a folder 0700 and a file 0600, whatever the umask', async () => {
  const before = process.umask(0o000)
  try {
    const { folder, login, path } = await stored()
    assert.deepEqual(await readLogin(folder), { login })
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(folder), ['login.json'])
  } finally {
    process.umask(before)
  }
  const nobody = { ...someLogin(), who: undefined }
  const folder = nextFolder()
  await writeLogin(folder, nobody)
  assert.deepEqual(await readLogin(folder), { login: nobody })
})

test('a login that is replaced is never read half: readers see the old one or the new one', async () => {
  const { folder } = await stored({ rotation: 0, refreshToken: 'x'.repeat(3000) })
  let writing = true
  const writes = (async () => {
    for (let rotation = 1; rotation <= 40; rotation += 1) {
      await writeLogin(folder, someLogin({ rotation, refreshToken: 'y'.repeat(rotation * 37) }))
    }
    writing = false
  })()
  let last = 0
  while (writing) {
    const reading = await readLogin(folder)
    assert.ok('login' in reading, JSON.stringify(reading))
    assert.ok(reading.login.rotation >= last)
    last = reading.login.rotation
  }
  await writes
  assert.equal(last > 0, true)
})

test('no login: the file is named, and the command that makes one', async () => {
  const folder = nextFolder()
  const { kind, problem, mend } = await flawOf(folder)
  assert.equal(kind, 'missing')
  assert.ok(problem.includes(loginPath(folder)))
  assert.match(mend, /catapa-sidecar login/)
})

for (const mode of [0o644, 0o640, 0o604, 0o660, 0o601]) {
  test(`mode 0${mode.toString(8)} is refused with the command that mends it, and the file stays as it is`, async () => {
    const { folder, path, login } = await stored()
    chmodSync(path, mode)
    const { kind, problem, mend } = await flawOf(folder)
    assert.equal(kind, 'too_open')
    assert.match(problem, new RegExp(`mode 0${mode.toString(8)}`))
    assert.ok(mend.endsWith(`chmod 600 ${path}`), mend)
    assert.equal(statSync(path).mode & 0o777, mode)
    chmodSync(path, 0o600)
    assert.deepEqual(await readLogin(folder), { login })
  })
}

test('a path that a shell would take apart is quoted in the command', async () => {
  const folder = join(nextFolder(), "it's mine $HOME")
  await writeLogin(folder, someLogin())
  chmodSync(loginPath(folder), 0o644)
  assert.ok((await flawOf(folder)).mend.endsWith(`it'\\''s mine $HOME/login.json'`))
})

test('a file of another user is refused', { skip: !isRoot && 'only root can give a file away' }, async () => {
  const { folder, path } = await stored()
  chownSync(path, 12_345, 12_345)
  const { kind, problem, mend } = await flawOf(folder)
  assert.equal(kind, 'other_owner')
  assert.match(problem, /uid 12345/)
  assert.ok(mend.endsWith(`chown -R 0 ${folder}`), mend)
})

test('a login that root has made is of use at once after the command that is told', {
  skip: !isRoot && 'only root can act as another user',
}, async (t) => {
  const folder = folderOfNobody(t)
  chownSync(folder, 0, 0)
  const login = await store(folder, someLogin())
  chownSync(folder, nobody, nobody)
  const { kind, mend } = await asNobody(() => flawOf(folder))
  assert.equal(kind, 'unreadable')
  const [command = ''] = /chown .*$/.exec(mend) ?? []
  assert.equal(spawnSync(command, { shell: true }).status, 0, mend)
  await asNobody(async () => {
    assert.deepEqual(await readLogin(folder), { login })
    const lock = await lockFolder(folder, 0)
    assert.equal(await lock?.held(), true)
    await lock?.release()
  })
})

test('a folder of root: whoever may not write there is told the command that gives it to them', {
  skip: !isRoot && 'only root can act as another user',
}, async (t) => {
  const folder = folderOfNobody(t)
  chownSync(folder, 0, 0)
  const failure: unknown = await asNobody(() => writeLogin(folder, someLogin())).catch((error) => error)
  const { mend } = storeWords(failure)
  assert.ok(mend.includes(`(chown -R ${nobody} ${folder})`), mend)
})

test('what is no whole login is damaged, and stays', async () => {
  const whole = JSON.stringify({ version: 1, ...someLogin() })
  const parts = JSON.parse(whole)
  const halves = [
    '',
    ' '.repeat(16 * 1024),
    whole.slice(0, -1),
    whole.slice(0, 40),
    '[]',
    'null',
    '\0'.repeat(200),
    '{}',
    JSON.stringify({ ...parts, refreshToken: '' }),
    JSON.stringify({ ...parts, refreshToken: 7 }),
    JSON.stringify({ ...parts, since: 'soon' }),
    JSON.stringify({ ...parts, rotation: '1' }),
    JSON.stringify({ ...parts, id: undefined }),
    `${whole}${' '.repeat(70_000)}`,
  ]
  for (const text of halves) {
    const folder = nextFolder()
    mkdirSync(folder, { recursive: true })
    writeFileSync(loginPath(folder), text, { mode: 0o600 })
    const { kind, mend } = await flawOf(folder)
    assert.equal(kind, 'damaged', text.slice(0, 60))
    assert.match(mend, /Log in/)
    assert.equal(readFileSync(loginPath(folder), 'utf8'), text)
  }
})

test('a link, a folder and a pipe are no logins', async () => {
  const { path } = await stored()
  const link = nextFolder()
  mkdirSync(link, { recursive: true })
  symlinkSync(path, loginPath(link))
  assert.match((await flawOf(link)).problem, /is a link/)
  const inner = nextFolder()
  mkdirSync(loginPath(inner), { recursive: true })
  assert.equal((await flawOf(inner)).kind, 'damaged')
})

test('the form of another version is told as such', async () => {
  const folder = nextFolder()
  mkdirSync(folder, { recursive: true })
  writeFileSync(loginPath(folder), JSON.stringify({ version: 2 }), { mode: 0o600 })
  assert.equal((await flawOf(folder)).kind, 'other_version')
})

test('a login of another tenant, client or token endpoint is foreign, and it is said of which', () => {
  const own = someLogin()
  assert.equal(foreignTo('/f', own, own), undefined)
  const flaw = foreignTo('/f', { ...own, tenant: 'b', clientId: 'c' }, own)
  assert.deepEqual(
    [flaw?.kind, flaw && flawWords(flaw).problem],
    ['foreign', '/f is a login of another tenant and another OAuth client'],
  )
  const elsewhere = foreignTo('/f', { ...own, tokenUrl: 'https://evil.example/' }, own)
  assert.match(elsewhere === undefined ? '' : flawWords(elsewhere).problem, /CATAPA_TOKEN_URL/)
})

test('room that is given back leaves the login as it was; room that is filled takes its place', async () => {
  const { folder, login } = await stored()
  const room = await makeRoom(folder)
  assert.deepEqual(await readLogin(folder), { login })
  assert.ok(readdirSync(folder).some((name) => name.endsWith('.new') && statSync(join(folder, name)).size > 10_000))
  await room.give()
  assert.deepEqual(await readLogin(folder), { login })
  const next = { ...login, rotation: 1, refreshToken: 'next' }
  await (await makeRoom(folder)).fill(next)
  assert.deepEqual(await readLogin(folder), { login: next })
  assert.deepEqual(readdirSync(folder), ['login.json'])
})

test('forgetting removes the file and whatever was begun beside it, whatever state it is in', async () => {
  const { folder, path } = await stored()
  await makeRoom(folder)
  writeFileSync(path, 'nonsense')
  assert.equal(await removeLogin(folder), true)
  assert.deepEqual(readdirSync(folder), [])
  assert.equal(await removeLogin(folder), false)
  assert.equal(await removeLogin(nextFolder()), false)
})

test('a successor that was written whole before its writer died takes its place', async () => {
  const { folder, login } = await stored()
  const next = { ...login, rotation: 1, refreshToken: 'next' }
  const aside = await stored(next)
  writeFileSync(join(folder, 'login.json.0123456789abcdef.new'), readFileSync(aside.path), { mode: 0o600 })
  assert.deepEqual(await recoverLogin(folder), { login: next })
  assert.deepEqual(await readLogin(folder), { login: next })
  assert.deepEqual(readdirSync(folder), ['login.json'])
})

test('anything else that was begun is removed: half files, other logins, older ones, files of others to read', async () => {
  const { folder, login, path } = await stored({ rotation: 5 })
  const begin = async (content: string, mode = 0o600) => {
    const begun = join(folder, 'login.json.0123456789abcdef.new')
    writeFileSync(begun, content, { mode })
    chmodSync(begun, mode)
    assert.deepEqual(await recoverLogin(folder), { login })
    assert.deepEqual(readdirSync(folder), ['login.json'])
  }
  const text = readFileSync(path, 'utf8')
  const next = text.replace('"rotation": 5', '"rotation": 6')
  await begin(next.slice(0, -4))
  await begin(' '.repeat(16 * 1024))
  await begin(text)
  await begin(text.replace('"rotation": 5', '"rotation": 4'))
  await begin(next.replace(login.id, 'another'))
  await begin(next, 0o644)
})

test('a folder that cannot be written is named with the reason, and the login stays', async () => {
  const { path } = await stored()
  await assert.rejects(writeLogin(join(path, 'state'), someLogin()), (error) => {
    assert.match(storeWords(error).problem, /cannot be stored in .*: it is not a folder/)
    return true
  })
})
