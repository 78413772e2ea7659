import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, isForbidden } from './errno.ts'
import { openNew, openOwn, openToRead } from './open-file.ts'
import { isGone, processMark } from './process-mark.ts'

/** The lock of a folder, held. */
export type FolderLock = {
  /** Whether nobody can have taken it so far, as the last sign of life shows. Costs nothing. */
  fresh(): boolean
  /** Whether it is surely still ours: not once this process was frozen for so long that others took it for dead. */
  held(): Promise<boolean>
  /** Whether others surely had a lease since: what they have left counts. */
  superseded(): Promise<boolean>
  release(): Promise<void>
}

const beatMs = 500
/** A holder that shows no sign of life for so long counts as dead. Ten beats: a busy machine must not look like death. */
const deadAfterMs = 5_000
const lookMs = 40
/** Who was frozen for so long between two looks has seen nothing. */
const longestLookMs = 1_000
const lockNumber = /^\.(\d{1,15})$/
const signBytes = 16
const markBytes = 120
const free = 'free'.padEnd(signBytes)

/** Which lock: its files are called `name` and a number. */
export type Lock = Readonly<{ folder: string; name: string }>

export type LockWait = Readonly<{
  waitMs: number
  signal?: AbortSignal | undefined
  /** Only a dead holder is waited for: one that shows a sign of life will keep it. */
  unlessAlive?: boolean
}>

/**
 * Takes a lease among all processes that share the folder, also those of other containers and machines: no clock of another
 * machine and no removal is relied on, and no process id but to see at once that a process of this machine has ended.
 *
 * Each lease has a number and a file, such as `login.lock.N`. The process that creates the file N+1 has the lease, and the file
 * system lets one process only; it may be tried when the newest file, N, says that it is free or names a process that has
 * ended, or has not changed for 5 s of one's own time. So of two processes that find a dead
 * holder one comes next, and a holder that wakes up late can only write into a file that counts no more.
 *
 * @returns undefined when it was not to be had within `waitMs`, or before `signal`
 * @throws an error of the operating system when the folder cannot be written
 */
export async function takeLock(lock: Lock, { waitMs, signal, unlessAlive }: LockWait): Promise<FolderLock | undefined> {
  const deadline = performance.now() + waitMs
  let last = { number: 0, content: '', since: 0, lookedAt: 0 }
  for (;;) {
    const number = await newest(lock)
    const { content, mark } = await signOf(lock, number)
    const now = performance.now()
    const same = number === last.number
    const unchanged = same && content === last.content && now - last.lookedAt < longestLookMs
    if (unlessAlive && same && content !== free && last.content !== '' && content !== last.content) return undefined
    last = { number, content, since: unchanged ? last.since : now, lookedAt: now }
    if (content === free || now - last.since > deadAfterMs || isGone(mark)) {
      if (await take(lock, number + 1)) return hold(lock, number + 1)
    } else if (now >= deadline || signal?.aborted) return undefined
    else await sleep(lookMs * (0.5 + Math.random()))
  }
}

function pathOf({ folder, name }: Lock, number: number): string {
  return join(folder, `${name}.${number}`)
}

async function numbers({ folder, name }: Lock): Promise<number[]> {
  return (await readdir(folder)).flatMap((found) => {
    const number = found.startsWith(name) ? lockNumber.exec(found.slice(name.length))?.[1] : undefined
    return number === undefined ? [] : [Number(number)]
  })
}

/** 0 where there is none yet. */
async function newest(lock: Lock): Promise<number> {
  return Math.max(0, ...(await numbers(lock)))
}

/** What a holder writes: what changes with each beat, and who it is. */
type Sign = Readonly<{ content: string; mark: string }>

async function signOf(lock: Lock, number: number): Promise<Sign> {
  if (number === 0) return { content: free, mark: '' }
  const path = pathOf(lock, number)
  try {
    return await readSign(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { content: '', mark: '' } // Two leases have passed since the folder was listed.
    if (!isForbidden(error) && codeOf(error) !== 'ELOOP') throw error
  }
  // Another user has made it, such as root with sudo; each beat moves its time. Or it is a link: nobody's lease.
  const found = await lstat(path).catch(() => undefined)
  return { content: `${found?.mtimeMs} ${found?.size}`, mark: '' }
}

async function readSign(path: string): Promise<Sign> {
  const file = await openToRead(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(signBytes + markBytes))
    const sign = buffer.toString('latin1', 0, bytesRead)
    return { content: sign.slice(0, signBytes), mark: sign.slice(signBytes) }
  } finally {
    await file.close()
  }
}

async function writeSign(path: string, sign: string): Promise<void> {
  const file = await openOwn(path)
  try {
    await file.writeFile(sign)
  } finally {
    await file.close()
  }
}

async function take(lock: Lock, number: number): Promise<boolean> {
  try {
    const file = await openNew(pathOf(lock, number))
    await file.close()
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  // The listing may have been old: then this number had its lease already, and its file was removed.
  if ((await newest(lock)) === number) return true
  await rm(pathOf(lock, number), { force: true })
  return false
}

async function hold(lock: Lock, number: number): Promise<FolderLock> {
  const path = pathOf(lock, number)
  const mark = processMark()
  let beats = 0
  let beatAt = performance.now()
  let over = false
  let writing = Promise.resolve()
  /** Whatever goes wrong, the sign of life is missing, which `held` finds out. */
  async function write(): Promise<void> {
    const at = performance.now()
    beats += 1
    try {
      await writeSign(path, (over ? free : `held ${beats}`.padEnd(signBytes)) + mark)
      // A holder that was silent for too long, as when frozen, may have lost its lease meanwhile, and writes into a file that counts no more.
      if (at - beatAt <= deadAfterMs / 2 || (await newest(lock)) === number) beatAt = at
    } catch {}
  }
  /** One after the other: a beat that lands late must not undo the release. */
  function beat(): Promise<void> {
    writing = writing.then(write)
    return writing
  }
  await beat()
  const timer = setInterval(beat, beatMs).unref()
  await removeOld(lock, number).catch(() => {}) // The holder of the next lease does it.

  function fresh(): boolean {
    return !over && performance.now() - beatAt <= deadAfterMs / 2
  }

  return {
    fresh,
    async held() {
      if (!fresh()) return false
      return (await newest(lock).catch(() => undefined)) === number
    },
    async superseded() {
      return (await newest(lock).catch(() => 0)) > number
    },
    async release() {
      clearInterval(timer)
      over = true
      await beat()
    },
  }
}

/** The file before this lease's stays: a process that lists the folder at this moment must find a file that was there all the while. */
async function removeOld(lock: Lock, number: number): Promise<void> {
  const old = (await numbers(lock)).filter((other) => other < number - 1)
  await Promise.all(old.map((other) => rm(pathOf(lock, other), { force: true })))
}
