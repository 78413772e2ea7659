import { words } from '../words/language.ts'

/** Why the folder of SIDECAR_AUDIT_DIR must not be used; what names no folder follows the setting's name. */
export const auditFolderWords = words('auditFolderWords', {
  nothingAbove: 'the folder above it does not exist; make it, or name another one',
  noFolder: 'should be a folder, and is not one',
  forbidden: 'may not be made or used by this user; make it for this user alone (mode 0700), or name another one',
  readOnly: 'cannot be made: the disk is read-only',
  nowhere: 'is a link that leads nowhere',
  otherOwner: (folder: string, uid: number) =>
    `${folder} belongs to another user (uid ${uid}); run the sidecar as that one`,
  tooOpen: (folder: string, mode: string, command: string) =>
    `${folder} has mode ${mode}, so that others can reach it; keep it to its owner: ${command}`,
})
