import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { processMark } from '../../src/files/process-mark.ts'
import { lockFolder } from '../../src/login/folder-lock.ts'
import { asNobody, folderOfNobody, isRoot, nobody } from '../support/login.ts'

const base = mkdtempSync(join(tmpdir(), 'catapa-lock-'))
after(() => rmSync(base, { recursive: true, force: true }))
let folders = 0
const nextFolder = () => join(base, String(folders++))

/** A process that does as `login-turns.ts` says. */
function turns(folder: string, ...words: string[]): ChildProcess {
  const child = fork(join(import.meta.dirname, '../support/login-turns.js'), [folder, ...words], { stdio: 'inherit' })
  after(() => child.kill('SIGKILL'))
  return child
}

const said = (child: ChildProcess) => new Promise<unknown>((resolve) => child.once('message', resolve))
const ended = (child: ChildProcess) => new Promise<unknown>((resolve) => child.once('exit', resolve))

test('one at a time; the next one comes as soon as the lock is given back', async () => {
  const folder = nextFolder()
  const first = await lockFolder(folder, 0)
  assert.equal(await first?.held(), true)
  assert.equal(await lockFolder(folder, 100), undefined)
  const waiting = lockFolder(folder, 30_000)
  await first?.release()
  const second = await waiting
  assert.equal(await first?.held(), false)
  assert.equal(await second?.held(), true)
  await second?.release()
})

test('folders above it are made too; one that cannot be made is told at once', async () => {
  const lock = await lockFolder(join(nextFolder(), 'a', 'b'), 0)
  assert.equal(await lock?.held(), true)
  await lock?.release()
  await assert.rejects(lockFolder('/proc/catapa/state', 0), /\/proc\/catapa\/state: it is not there and cannot be made/)
})

test('processes take turns: no two are ever inside together', async () => {
  const folder = nextFolder()
  const counter = join(base, 'counter')
  writeFileSync(counter, '0')
  const children = [1, 2, 3, 4].map(() => turns(folder, 'count', counter, '15'))
  assert.deepEqual(await Promise.all(children.map(ended)), [0, 0, 0, 0])
  assert.equal(readFileSync(counter, 'utf8'), '60')
  assert.ok(readdirSync(folder).length <= 2, String(readdirSync(folder)))
})

test('a holder of this machine that died is followed at once', {
  skip: processMark() === '' && 'nobody can see here that a process has ended',
}, async () => {
  const folder = nextFolder()
  const holder = turns(folder, 'hold')
  await said(holder)
  holder.kill('SIGKILL')
  await ended(holder)
  const next = await lockFolder(folder, 0)
  assert.equal(await next?.held(), true)
  await next?.release()
})

test('a holder that died elsewhere blocks for some seconds, and of those who wait one comes next, then the other', async () => {
  const folder = nextFolder()
  const holder = turns(folder, 'hold')
  await said(holder)
  holder.kill('SIGKILL')
  await ended(holder)
  truncateSync(join(folder, 'login.lock.1'), 16) // Without its name: as from another container.
  const diedAt = performance.now()
  let inside = 0
  const enter = async () => {
    const lock = await lockFolder(folder, 60_000)
    assert.ok(lock !== undefined)
    inside += 1
    assert.equal(inside, 1)
    await sleep(100)
    inside -= 1
    await lock.release()
    return performance.now() - diedAt
  }
  const waited = await Promise.all([enter(), enter(), enter()])
  assert.ok(Math.min(...waited) > 3_000 && Math.max(...waited) < 30_000, String(waited))
})

test('a holder that was frozen while another one took its turn knows that its own is over, and cannot end the other', async () => {
  const folder = nextFolder()
  const holder = turns(folder, 'hold')
  await said(holder)
  holder.kill('SIGSTOP')
  const next = await lockFolder(folder, 30_000)
  assert.equal(await next?.held(), true)
  const answer = said(holder)
  holder.kill('SIGCONT')
  holder.send('held?')
  assert.equal(await answer, false)
  holder.send('release')
  await ended(holder)
  await sleep(50)
  assert.equal(await next?.held(), true)
  assert.equal(await lockFolder(folder, 200), undefined)
  await next?.release()
})

test('a holder that is alive keeps its turn for as long as it needs', async () => {
  const folder = nextFolder()
  const lock = await lockFolder(folder, 0)
  assert.equal(await lockFolder(folder, 7_000), undefined)
  assert.equal(await lock?.held(), true)
  await lock?.release()
})

test('a turn of root, whose file the next one may not read, is respected while it lasts and hinders nobody after it', {
  skip: !isRoot && 'only root can act as another user',
}, async (t) => {
  const folder = folderOfNobody(t)
  chownSync(folder, 0, 0)
  const holder = turns(folder, 'hold')
  await said(holder)
  chownSync(folder, nobody, nobody)
  await asNobody(async () => {
    assert.equal(await lockFolder(folder, 7_000), undefined)
    holder.send('release')
    await ended(holder)
    const lock = await lockFolder(folder, 30_000)
    assert.equal(await lock?.held(), true)
    await lock?.release()
    const next = await lockFolder(folder, 0)
    assert.equal(await next?.held(), true, 'at once, since the file before it is its own')
    await next?.release()
  })
})
