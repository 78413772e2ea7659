import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { access, type FileHandle, link, open, realpath, rm } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import { codeOf } from '../files/errno.ts'
import { openNew } from '../files/open-file.ts'
import { flawOfWayTo } from '../files/trusted-folder.ts'
import { keyFileWords } from './key-file-words.ts'

/** The key of subjects, or the flaw of its file as the end of a sentence that begins with the setting. */
export type KeyReading = Readonly<{ key: KeyObject } | { flaw: string }>

const fewestCharacters = 32
const mostBytes = 4096

/**
 * Reads the file of SIDECAR_AUDIT_KEY_FILE (design/promises 9.3). The key is its text without the line break at the end, so
 * that any program that computes an HMAC can be given it.
 *
 * @param reader a user that may own it as well: root may use a service's key to read its trail
 */
export async function readKeyFile(path: string, reader?: number): Promise<KeyReading> {
  let file: FileHandle
  try {
    file = await openNow(path)
  } catch (error) {
    return { flaw: openingFlaw(codeOf(error)) }
  }
  try {
    const owners = ownersAnd(reader)
    const flaw = keyFileFlaw(await file.stat(), owners) ?? folderFlaw(path, owners)
    if (flaw !== undefined) return { flaw }
    const text = (await file.readFile('utf8')).replace(/\r?\n$/, '')
    if (text.length < fewestCharacters) return { flaw: keyFileWords().tooShort(fewestCharacters) }
    return { key: createSecretKey(text, 'utf8') }
  } catch (error) {
    return { flaw: openingFlaw(codeOf(error)) }
  } finally {
    await file.close()
  }
}

/** As `readKeyFile`, but makes the file on first use, for its owner alone. @param folder of the trail; the key must not be in it */
export async function readOrMakeKeyFile(path: string, folder: string): Promise<KeyReading> {
  try {
    const [holder, trail] = await Promise.all([realpath(dirname(path)), realpath(folder)])
    if (`${holder}${sep}`.startsWith(`${trail}${sep}`)) {
      return { flaw: keyFileWords().inTrail }
    }
    const flaw = folderFlaw(path, ownersAnd())
    if (flaw !== undefined) return { flaw }
    await makeKeyFile(path)
  } catch (error) {
    return { flaw: makingFlaw(codeOf(error)) }
  }
  return readKeyFile(path)
}

/** The owners allowed beside root; undefined on Windows, which has neither owner nor mode here. */
function ownersAnd(other?: number): readonly number[] | undefined {
  const own = process.geteuid?.()
  return own === undefined ? undefined : [own, ...(other === undefined ? [] : [other])]
}

function folderFlaw(path: string, owners: readonly number[] | undefined): string | undefined {
  const flaw = owners && flawOfWayTo(path, owners)
  return flaw && keyFileWords().unsafeWay(flaw)
}

/** The flaw that a start would find, as far as that shows without making the file. */
export async function keyFileToBe(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.F_OK)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return openingFlaw(codeOf(error))
    return access(dirname(path), constants.W_OK | constants.X_OK).then(
      () => folderFlaw(path, ownersAnd()),
      (refusal) => makingFlaw(codeOf(refusal)),
    )
  }
  const reading = await readKeyFile(path)
  return 'flaw' in reading ? reading.flaw : undefined
}

/** Follows links, since Kubernetes mounts secrets so, and does not wait for the other end of a pipe. */
function openNow(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
}

/** Makes the file as a whole or not at all: two sidecars may do so at once, and a key that one has read must not change. */
async function makeKeyFile(path: string): Promise<void> {
  const isThere = await openNow(path).then(
    (file) => file.close().then(() => true),
    (error) => codeOf(error) !== 'ENOENT',
  )
  if (isThere) return
  const draft = `${path}.${randomBytes(8).toString('hex')}.new`
  try {
    const file = await openNew(draft)
    try {
      await file.writeFile(`${randomBytes(32).toString('hex')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(draft, path)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Why a key file's kind, size, owner or mode forbid its use. Root may give it to a group, as Kubernetes does with `fsGroup`.
 *
 * @param owners allowed beside root
 */
export function keyFileFlaw(
  found: Pick<Stats, 'isFile' | 'size' | 'uid' | 'mode'>,
  owners: readonly number[] | undefined,
): string | undefined {
  if (!found.isFile()) return keyFileWords().noFile
  if (found.size > mostBytes) return keyFileWords().tooLong(mostBytes)
  if (owners === undefined) return undefined
  if (found.uid !== 0 && !owners.includes(found.uid)) return keyFileWords().otherOwner(found.uid)
  const forbidden = found.uid === 0 && !owners.includes(0) ? 0o037 : 0o077
  return (found.mode & forbidden) === 0 ? undefined : keyFileWords().tooOpen
}

function openingFlaw(code: string): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return keyFileWords().missing
  if (code === 'EACCES' || code === 'EPERM') return keyFileWords().unreadable
  return keyFileWords().readFailed(code)
}

function makingFlaw(code: string): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return keyFileWords().noFolder
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return keyFileWords().notMade
  return keyFileWords().makeFailed(code)
}

/**
 * A path as in the trail (design/promises 9.3): people with the key can look for a path, and others cannot guess one. An id has few
 * digits, so a plain digest of it would be guessed in no time (design/field 52).
 *
 * @param text a path as it reached the sidecar, without the query, or another text that is only to be recognised
 * @returns HMAC-SHA-256, lower-case hex
 */
export function keyedDigest(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('hex')
}
