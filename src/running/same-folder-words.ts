import { words } from '../words/language.ts'

const says = 'What answers at SIDECAR_ADMIN_LISTEN says'
const doubt = 'Any user of this machine could be answering there. If you know that it is so,'

/** A sidecar of another user. `user` is undefined where that has no name, `uid` on Windows. */
type Other = { user: string | undefined; uid: number | undefined; stateDir: string }

function belongsTo({ user, uid, stateDir }: Other): string {
  const who = user === undefined ? `another user${uid === undefined ? '' : ` (uid ${uid})`}` : `the user ${user}`
  return `${says} that it belongs to ${who} and keeps its login in ${stateDir}`
}

/** Why the login of this command would not reach the running sidecar. A command to run instead stands below the text. */
export const sameFolderWords = words('sameFolderWords', {
  inContainer: (container: string) =>
    `${says} that it is a sidecar in the container ${container}, and so is its state folder. ${doubt} run there:`,
  ofService: (other: Other, unit: string) =>
    `${belongsTo(other)}, as the service ${unit}. ${doubt} take the command for services from docs/on-behalf-of.md ("systemd"): only systemd can start a program as the user of a service, with that service's own settings.`,
  ofUser: (other: Other) =>
    `${belongsTo(other)}. ${doubt} run this as that user, with that user's own settings; hand over none of yours, neither environment nor files:`,
  onWindows: (stateDir: string) =>
    `${says} that it keeps its login in another folder, ${stateDir}. ${doubt} run this as an administrator, with the settings of that sidecar (--config), in cmd.exe:`,
  notOurs: (stateDir: string) =>
    `${says} that it keeps its login in another folder, ${stateDir}. Others could put files there, so it is no folder for a login of yours.`,
  elsewhere: (stateDir: string) =>
    `${says} that it keeps its login in another folder, ${stateDir}. ${doubt} run this instead:`,
})
