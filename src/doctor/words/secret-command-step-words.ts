import { words } from '../../words/language.ts'

/** A run of the command, by this user: undefined where that has no name. */
type Run = { command: string; user: string | undefined; uid: number | undefined; took: string }
const ran = ({ command, user, uid, took }: Run) =>
  `${command} ran ${user === undefined ? `as user ${uid}` : `as ${user}`} for ${took}`

export const secretCommandStepWords = words('secretCommandStepWords', {
  notSet: 'not tried, because no command is set',
  notRun: 'not run, since nothing is asked for that no sidecar has',
  failed: (run: Run, happened: string) => `${ran(run)}: ${happened}`,
  printed: (run: Run, expiresAt: string | undefined) =>
    `${ran(run)} and printed the secret${expiresAt === undefined ? '' : `, which expires at ${expiresAt}`}`,
  notYet: (program: string) => `the running sidecar has not run ${program} yet (--new-token runs it here)`,
  ranThere: ({ program, at, took }: { program: string; at: string; took: string | undefined }) =>
    `the running sidecar ran ${program} at ${at}${took === undefined ? '' : `, for ${took}`}; not run again (--new-token)`,
})
