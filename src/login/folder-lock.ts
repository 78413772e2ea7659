import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeStateFolder } from './make-folder.ts'
import { openNew, openOwn, openToRead } from './open-file.ts'
import { codeOf, isForbidden, storeError } from './store-error.ts'

/** The lock of a state folder, held. */
export type FolderLock = {
  /** Whether it is surely still ours: not once this process was frozen for so long that others took it for dead. */
  held(): Promise<boolean>
  /** Whether others surely had a turn since: what they have left counts. */
  superseded(): Promise<boolean>
  release(): Promise<void>
}

const beatMs = 500
/** A holder that shows no sign of life for so long counts as dead. Ten beats: a busy machine must not look like death. */
const deadAfterMs = 5_000
const lookMs = 40
/** Who was frozen for so long between two looks has seen nothing. */
const longestLookMs = 1_000
const lockName = /^login\.lock\.(\d{1,15})$/
const signBytes = 16
const free = 'free'.padEnd(signBytes)

/**
 * Takes turns with all processes that share the folder, also those of other containers and machines: no process id, no
 * clock of another machine and no removal is relied on.
 *
 * Every turn has a number and a file, `login.lock.N`. Who creates the file N+1 has the turn, which the file system lets
 * one process do only; it may be tried when the newest file, N, says that it is free, or has not changed for 5 s of
 * one's own time. So of two who find a dead holder one comes next, and a holder that wakes up late can only write into
 * a file that counts no more.
 *
 * @returns undefined when it was not to be had within `waitMs`, or before `signal`
 * @throws ProblemError when the folder cannot be written
 */
export async function lockFolder(
  folder: string,
  waitMs: number,
  signal?: AbortSignal,
): Promise<FolderLock | undefined> {
  try {
    await makeStateFolder(folder)
    const deadline = performance.now() + waitMs
    let last = { sign: '', since: 0, lookedAt: 0 }
    for (;;) {
      const number = await newest(folder)
      const content = await signOf(folder, number)
      const now = performance.now()
      const sign = `${number} ${content}`
      const unchanged = sign === last.sign && now - last.lookedAt < longestLookMs
      last = { sign, since: unchanged ? last.since : now, lookedAt: now }
      if (content === free || now - last.since > deadAfterMs) {
        if (await take(folder, number + 1)) return hold(folder, number + 1)
      } else if (now >= deadline || signal?.aborted) return undefined
      else await sleep(lookMs * (0.5 + Math.random()))
    }
  } catch (error) {
    throw storeError(folder, error)
  }
}

function pathOf(folder: string, number: number): string {
  return join(folder, `login.lock.${number}`)
}

async function numbers(folder: string): Promise<number[]> {
  return (await readdir(folder)).flatMap((name) => {
    const number = lockName.exec(name)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
}

/** 0 where there is none yet. */
async function newest(folder: string): Promise<number> {
  return Math.max(0, ...(await numbers(folder)))
}

async function signOf(folder: string, number: number): Promise<string> {
  if (number === 0) return free
  const path = pathOf(folder, number)
  try {
    return await readSign(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '' // Two turns have passed since the folder was listed.
    if (!isForbidden(error) && codeOf(error) !== 'ELOOP') throw error
  }
  // Another user has made it, such as root with sudo; each beat moves its time. Or it is a link: nobody's turn.
  const found = await lstat(path).catch(() => undefined)
  return `${found?.mtimeMs} ${found?.size}`
}

async function readSign(path: string): Promise<string> {
  const file = await openToRead(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(signBytes))
    return buffer.toString('latin1', 0, bytesRead)
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

async function take(folder: string, number: number): Promise<boolean> {
  try {
    const file = await openNew(pathOf(folder, number))
    await file.close()
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
  // The listing may have been old: then this number had its turn already, and its file was removed.
  if ((await newest(folder)) === number) return true
  await rm(pathOf(folder, number), { force: true })
  return false
}

async function hold(folder: string, number: number): Promise<FolderLock> {
  const path = pathOf(folder, number)
  let beats = 0
  let beatAt = performance.now()
  let over = false
  let writing = Promise.resolve()
  /** Whatever goes wrong, the sign of life is missing, which `held` finds out. */
  async function write(): Promise<void> {
    const at = performance.now()
    beats += 1
    try {
      await writeSign(path, over ? free : `held ${beats}`.padEnd(signBytes))
      beatAt = at
    } catch {}
  }
  /** One after the other: a beat that lands late must not undo the release. */
  function beat(): Promise<void> {
    writing = writing.then(write)
    return writing
  }
  await beat()
  const timer = setInterval(beat, beatMs).unref()
  await removeOld(folder, number).catch(() => {}) // Whoever has the next turn does it.

  return {
    async held() {
      if (over || performance.now() - beatAt > deadAfterMs / 2) return false
      return (await newest(folder).catch(() => undefined)) === number
    },
    async superseded() {
      return (await newest(folder).catch(() => 0)) > number
    },
    async release() {
      clearInterval(timer)
      over = true
      await beat()
    },
  }
}

/** The file before this turn's stays: who lists the folder at this moment must find a file that was there all the while. */
async function removeOld(folder: string, number: number): Promise<void> {
  const old = (await numbers(folder)).filter((other) => other < number - 1)
  await Promise.all(old.map((other) => rm(pathOf(folder, other), { force: true })))
}
