import { words } from '../words/language.ts'

/** Why the file of SIDECAR_LOG_FILE cannot be used. */
export const logFileWords = words('logFileWords', {
  notUsable: (flaw: string) => `cannot be used: ${flaw}`,
  link: 'it is a link',
  noFile: 'it is not a file',
  otherOwner: (uid: bigint) => `it belongs to another user, with the id ${uid}`,
  secondName: 'it has a second name (a hard link)',
})
