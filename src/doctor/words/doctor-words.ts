import { words } from '../../words/language.ts'

/** The words of `doctor` itself; those of a step are in the table of that step. */
export const doctorWords = words('doctorWords', {
  /** What the terminal shows while a step runs. */
  doing: {
    configuration: 'reading the settings',
    'secret-file': 'looking at the secret',
    callers: 'looking at the callers file',
    audit: 'looking at the folder of the audit trail',
    repeats: 'looking for writes of unknown outcome',
    certificate: 'looking at the certificate of the tls: addresses',
    'secret-command': 'running the command that prints the secret',
    login: 'looking at the login',
    store: 'asking the store of the shared token',
    notices: 'looking whom it tells',
    dns: 'looking names up',
    tcp: 'connecting',
    proxy: 'asking the outgoing proxy',
    tls: 'looking at the certificate',
    clock: 'comparing the clock with CATAPA',
    token: 'asking for a token',
    'validate-access-token': 'calling CATAPA with the token',
    listener: 'looking whether it is free',
  },
  allIsWell: 'All is well.',
  beginWith: (step: string) => `Something is wrong. Begin with the first ✗: ${step}.`,
  notTried: (failed: string) => `not tried, because ${failed} failed`,
  checkFailed: (error: string) => `this check itself failed (${error})`,
  reportIt: 'Please report it, with all these lines.',
  note: (sentence: string) => `Note: ${sentence}`,
  mode: (octal: string) => `mode ${octal}`,
  runningSays: (sentence: string) => `the running sidecar says: ${sentence}`,
  ifItIsYours:
    'If you know that it is your sidecar, follow its advice, as its user: any user of this machine could be answering there. With --new-token it is left out.',
})

/** A step of `doctor`, as it is printed in every language. */
export type StepName = keyof ReturnType<typeof doctorWords>['doing']
