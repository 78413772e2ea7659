import { words } from '../words/language.ts'

/** An address is taken: by what, and what to do. */
export const addressTakenWords = words('addressTakenWords', {
  /** `proposal`: a setting with another address; undefined where the callers file names the address. */
  byAnother: (taken: string, proposal: string | undefined) => {
    const other = proposal === undefined ? ' in the callers file' : `: ${proposal}`
    return `${taken}.
Stop that one (Linux: ss -ltnp, Windows: netstat -ano), or choose another address${other}.`
  },
  /** `said`: its tenant and client. `same`: they are ours. */
  bySidecar: (
    address: string,
    said: string | undefined,
    same: boolean,
    proposals: readonly [data: string, admin: string],
  ) => {
    const which = said === undefined ? '' : ` It says of itself: ${said}.`
    const perhaps = same ? ' This one has the same tenant and client: perhaps it is running already.' : ''
    return `${address} is taken by another catapa-sidecar of this machine.${which}${perhaps}
To keep both, give this one addresses of its own, for example ${proposals[0]} and
${proposals[1]}. Otherwise stop that one (Linux: ss -ltnp, Windows: netstat -ano).`
  },
})
