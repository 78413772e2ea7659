import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, isForbidden } from './errno.ts'
import { openNew, openOwn, openToRead, withFile } from './open-file.ts'
import { isGone, processMark } from './process-mark.ts'

/** A lease of a folder's lock. */
export type FolderLock = Awaited<ReturnType<typeof startLease>>

const beatMs = 500
/** A holder without a sign of life for so long counts as dead. Ten beats, since a busy machine may miss some. */
const deadAfterMs = 5_000
const lookMs = 40
/** A process frozen for so long between two looks cannot tell that the holder was silent. */
const longestLookMs = 1_000
const lockNumber = /^\.(\d{1,15})$/
const signBytes = 16
const markBytes = 120
const free = 'free'.padEnd(signBytes)

/** A lock in a folder; its files are called `name` and a number. */
export type Lock = Readonly<{ folder: string; name: string }>

export type LockWait = Readonly<{
  waitMs: number
  signal?: AbortSignal | undefined
  /** Give up as soon as the holder shows a sign of life: it will keep the lock. */
  unlessAlive?: boolean
}>

/**
 * Takes a lease among all processes that share the folder, also those of other containers and machines. It relies on no other
 * machine's clock, on no removal, and on process ids only to see at once that a process of this machine has ended.
 *
 * Each lease has a number and a file, such as `login.lock.N`. A process may try to create the file N+1 when the newest file, N,
 * says that it is free, names a process that has ended, or has not changed for 5 s of the process's own time. The file system
 * lets only one create it, and that one has the lease. So of two processes that find a dead holder only one comes next, and a
 * holder that wakes up late can only write into a file that no longer counts.
 *
 * @returns undefined when no lease was free within `waitMs`, or before `signal`
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
      if (await take(lock, number + 1)) return startLease(lock, number + 1)
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

/** The number of the newest lease; 0 where there is none yet. */
async function newest(lock: Lock): Promise<number> {
  return Math.max(0, ...(await numbers(lock)))
}

/** A holder's sign of life: `content` changes with each beat, `mark` names its process. */
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
  // A file of another user, such as root with sudo: each beat changes its time. Or a link, which is no lease.
  const found = await lstat(path).catch(() => undefined)
  return { content: `${found?.mtimeMs} ${found?.size}`, mark: '' }
}

async function readSign(path: string): Promise<Sign> {
  const { buffer, bytesRead } = await withFile(openToRead(path), (file) =>
    file.read(Buffer.alloc(signBytes + markBytes)),
  )
  const sign = buffer.toString('latin1', 0, bytesRead)
  return { content: sign.slice(0, signBytes), mark: sign.slice(signBytes) }
}

async function take(lock: Lock, number: number): Promise<boolean> {
  try {
    const file = await openNew(pathOf(lock, number))
    await file.close()
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  // The listing may have been old: then this number was leased before, and its file removed.
  if ((await newest(lock)) === number) return true
  await rm(pathOf(lock, number), { force: true })
  return false
}

async function startLease(lock: Lock, number: number) {
  const path = pathOf(lock, number)
  const mark = processMark()
  let beats = 0
  let beatAt = performance.now()
  let over = false
  let writing = Promise.resolve()
  /** Never throws: after an error the sign of life is missing, which `held` notices. */
  async function write(): Promise<void> {
    const at = performance.now()
    beats += 1
    try {
      const sign = (over ? free : `held ${beats}`.padEnd(signBytes)) + mark
      await withFile(openOwn(path), (file) => file.writeFile(sign))
      // After a long silence, such as a freeze, the lease may be lost, and this file no longer counts.
      if (at - beatAt <= deadAfterMs / 2 || (await newest(lock)) === number) beatAt = at
    } catch {}
  }
  /** One write at a time: a late beat must not undo the release. */
  function beat(): Promise<void> {
    writing = writing.then(write)
    return writing
  }
  await beat()
  const timer = setInterval(beat, beatMs).unref()
  await removeOld(lock, number).catch(() => {}) // The next holder removes them.

  /** Whether it is surely still ours by the time of the last sign of life. Costs nothing. */
  function fresh(): boolean {
    return !over && performance.now() - beatAt <= deadAfterMs / 2
  }

  return {
    fresh,
    /** Whether it is surely still ours. After a freeze, other processes may have taken this one for dead. */
    async held(): Promise<boolean> {
      if (!fresh()) return false
      return (await newest(lock).catch(() => undefined)) === number
    },
    /** Whether others surely had a lease since: their changes count. */
    async superseded(): Promise<boolean> {
      return (await newest(lock).catch(() => 0)) > number
    },
    async release(): Promise<void> {
      clearInterval(timer)
      over = true
      await beat()
    },
  }
}

/** The file before this lease's stays, so that a process that lists the folder just now finds at least one file. */
async function removeOld(lock: Lock, number: number): Promise<void> {
  const old = (await numbers(lock)).filter((other) => other < number - 1)
  await Promise.all(old.map((other) => rm(pathOf(lock, other), { force: true })))
}
