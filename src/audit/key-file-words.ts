import { words } from '../words/language.ts'

/** Why the file of SIDECAR_AUDIT_KEY_FILE must not be used; each follows the setting's name. */
export const keyFileWords = words('keyFileWords', {
  tooShort: (characters: number) => `should hold at least ${characters} characters`,
  tooLong: (bytes: number) => `should have at most ${bytes} bytes`,
  inTrail: 'should be outside of SIDECAR_AUDIT_DIR: everybody who is given the trail would get the key with it',
  unsafeWay: (flaw: string) => `should lie in a folder that only this user and root can write to: ${flaw}`,
  noFile: 'should be a file',
  otherOwner: (uid: number) => `should be a file of this user, and is of another (uid ${uid})`,
  tooOpen: 'can be read or changed by other users: chmod 600',
  missing: 'names a file that does not exist',
  unreadable: 'names a file that may not be read by this user',
  readFailed: (code: string) => `names a file that cannot be read (${code})`,
  noFolder: 'names a file in a folder that does not exist',
  notMade: 'names a file that may not be made by this user',
  makeFailed: (code: string) => `names a file that cannot be made (${code})`,
})
