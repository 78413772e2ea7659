import { words } from '../../words/language.ts'

export const reportWords = words('reportWords', {
  /** The first sentence of each report. */
  about:
    'This report holds versions, the system, the settings, the checks of doctor, the last failures, and status and ' +
    'metrics of a running sidecar; it holds no secret, no token, no value of a request, no address of a caller, neither ' +
    'the name of this machine nor that of a person who has logged in; nothing was sent.',
  readIt:
    'Read it before you send it to anybody: the names of callers, files, tenant and client are in it. All times are UTC.',
  written: (at: string) => `Written ${at}`,
  versions: 'Versions',
  system: 'System',
  settings: 'Settings',
  checks: 'Checks of doctor',
  failures: 'Last failures, latest first',
  status: (address: string) => `Status of the sidecar at ${address}`,
  metrics: 'Metrics, without those that are 0 and the buckets of histograms',
  nobody: 'No sidecar has answered.',
  noFailures: 'None since its start.',
  default: (value: string, usual: string) => `${value} (default: ${usual})`,
  wrong: 'The settings are wrong:',
  noneShown: 'So none is shown.',
  times: (code: string, count: number) => `${code}, ${count} since the start`,
  noOperation: 'no operation of CATAPA',
  ids: (ours: string, catapas: string) => `request id: ours ${ours}, CATAPA's ${catapas}`,
  /** In place of an id, or of a value that is not there. */
  notKept: 'not kept',
  leftOut: 'left out',
  none: 'none',
  unknown: 'unknown',
  addressUnknown: 'not known',
  yes: 'yes',
  no: 'no',
  /** In place of names. */
  personLoggedIn: 'a person has logged in, whose name is left out',
  person: '(a person)',
  thisHost: '(this host)',
})
