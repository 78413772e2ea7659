import { randomBytes } from 'node:crypto'
import { type FileHandle, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '../files/errno.ts'
import { openNew, openOwn, openToRead, syncFolder, withFile } from '../files/open-file.ts'
import type { LoginFlaw } from '../problems/failure.ts'
import { openingFlaw, ownerFlaw } from './judge-login.ts'
import { flawOfFolder, loginFolderError, makeStateFolder } from './state-folder.ts'
import { parseLogin, type StoredLogin, textOf } from './stored-login.ts'

export { newLogin, type StoredLogin, type Who } from './stored-login.ts'

/** A whole login, or why there is none to use. */
export type LoginReading = Readonly<{ login: StoredLogin } | { flaw: LoginFlaw }>

const fileName = 'login.json'
/** Names of files that are being written. */
const unfinished = /^login\.json\.[0-9a-f]{16}\.new$/
const mostBytes = 64 * 1024
/** More than a login takes. The room is reserved before a refresh token is spent for its successor. */
const roomBytes = 16 * 1024

/** The file of the login in a state folder (design/promises 7.6). */
export function loginPath(folder: string): string {
  return join(folder, fileName)
}

/**
 * Reads the login of a state folder. Never throws: a problem is returned as a flaw. `foreignTo` tells whether it is for another
 * tenant or client.
 */
export async function readLogin(folder: string): Promise<LoginReading> {
  const flaw = await flawOfFolder(folder)
  return flaw === undefined ? readFrom(loginPath(folder)) : { flaw }
}

async function readFrom(path: string): Promise<LoginReading> {
  let file: FileHandle
  try {
    file = await openToRead(path)
  } catch (error) {
    return { flaw: openingFlaw(path, codeOf(error)) }
  }
  try {
    const found = await file.stat()
    const flaw = ownerFlaw(path, found)
    if (flaw !== undefined) return { flaw }
    const text = found.size <= mostBytes ? await file.readFile('utf8') : ''
    return parseLogin(path, text)
  } catch (error) {
    return { flaw: openingFlaw(path, codeOf(error)) }
  } finally {
    await file.close().catch(() => {})
  }
}

/** Room on the disk for the next login, reserved before that is known. Call one of the two functions in the end. */
export type Room = Awaited<ReturnType<typeof makeRoom>>

/**
 * Makes the folder (0700) and reserves room for a login in it. To be called during a lease of the folder's lock.
 *
 * @throws ProblemError when the folder cannot be written
 */
export async function makeRoom(folder: string) {
  const path = join(folder, `${fileName}.${randomBytes(8).toString('hex')}.new`)
  /** Gives the room back, and leaves the login as it is. */
  async function give(): Promise<void> {
    await rm(path, { force: true }).catch(() => {})
  }
  /** Writes in place, so that the room stays ours. */
  function put(text: string, opened: Promise<FileHandle>): Promise<void> {
    const bytes = Buffer.from(text)
    return withFile(opened, async (file) => {
      await file.chmod(0o600) // In spite of the umask. Windows has no modes: the folder's ACL counts there.
      await file.writeFile(bytes)
      await file.truncate(bytes.length)
      await file.sync()
    })
  }
  try {
    await makeStateFolder(folder)
    await put(' '.repeat(roomBytes), openNew(path))
  } catch (error) {
    await give()
    throw loginFolderError(folder, error)
  }
  return {
    give,
    /** Replaces the login: as a whole or, after any error or crash, not at all. @throws ProblemError */
    async fill(login: StoredLogin): Promise<void> {
      try {
        await put(textOf(login), openOwn(path))
        await replace(path, loginPath(folder))
        await syncFolder(folder)
      } catch (error) {
        throw loginFolderError(folder, error)
      }
    },
  }
}

/**
 * Stores a login: folder 0700, file 0600, on the disk when this returns. To be called during a lease of the folder's lock.
 *
 * @throws ProblemError; the login before is then still there
 */
export async function writeLogin(folder: string, login: StoredLogin): Promise<void> {
  const room = await makeRoom(folder)
  try {
    await room.fill(login)
  } catch (error) {
    await room.give()
    throw error
  }
}

/**
 * Removes the login in any state. To be called during a lease of the folder's lock.
 *
 * @returns whether there was one
 * @throws ProblemError
 */
export async function removeLogin(folder: string): Promise<boolean> {
  try {
    await removeUnfinished(folder)
    await rm(loginPath(folder))
    await syncFolder(folder)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw loginFolderError(folder, error)
  }
}

/**
 * Reads the login, after cleaning up behind a process that died while storing one: a successor that was written as a whole
 * replaces the login, and anything else unfinished is removed. To be called during a lease of the folder's lock.
 *
 * @throws ProblemError
 */
export async function recoverLogin(folder: string): Promise<LoginReading> {
  const reading = await readLogin(folder)
  try {
    for (const path of await unfinishedFiles(folder)) {
      const begun = await readFrom(path)
      if (!('login' in begun && 'login' in reading)) continue
      const { id, rotation } = reading.login
      if (begun.login.id === id && begun.login.rotation === rotation + 1) {
        const room = await makeRoom(folder)
        await room.fill(begun.login)
        await removeUnfinished(folder)
        return begun
      }
    }
    await removeUnfinished(folder)
    return reading
  } catch (error) {
    throw loginFolderError(folder, error)
  }
}

async function unfinishedFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder)
  return names.filter((name) => unfinished.test(name)).map((name) => join(folder, name))
}

async function removeUnfinished(folder: string): Promise<void> {
  for (const path of await unfinishedFiles(folder)) await rm(path, { force: true })
}

/** On Windows a virus scanner can keep the file open for a moment. */
async function replace(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await rename(from, to)
    } catch (error) {
      if (process.platform !== 'win32' || attempt === 20) throw error
      await sleep(25)
    }
  }
}
