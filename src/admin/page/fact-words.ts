import { words } from '../../words/language.ts'
import { plural } from '../../words/units.ts'

/** The labels of facts, and their values. Numbers, times and durations come as they are to be written. */
export const factWords = words('factWords', {
  // Access token
  validFor: 'Valid for',
  until: 'Until',
  ended: 'Ended',
  obtained: 'Obtained',
  lifetime: 'Lifetime',
  lifetimeOf: (time: string, assumed: boolean) => `${time}${assumed ? ' (assumed: CATAPA did not say)' : ''}`,
  lastFailure: 'Last failure',
  nextAttempt: 'Next attempt',
  tokenRequests: 'Token requests',
  sinceTheStart: (number: string) => `${number} since the start`,
  shared: 'Shared',
  notShared: (store: string) => `not for now: ${store} cannot be used`,
  sharedThrough: (store: string, taken: string) => `through ${store}, ${taken} taken over`,
  sharedSoon: (store: string) => `through ${store}, which has not answered yet`,
  requested: 'being requested',
  noToken: 'no valid token',
  underWayNow: 'under way',
  afterLogin: 'once there is a login that can be used',
  earliest: (time: string) => `in ${time} at the earliest`,
  withNextCall: 'with the next call',

  // Credentials
  catapaSays: 'CATAPA says',
  tenant: 'Tenant',
  clientId: 'Client id',
  inUseSince: 'In use since',
  readFrom: 'Read from',
  tenantFrom: 'Tenant from',
  idFrom: 'Id from',
  secretFrom: 'Secret from',
  printedBy: (program: string, lastRun: string | undefined, failsSince: string | undefined) =>
    `${program}, ${lastRun === undefined ? 'has not run yet' : `last run at ${lastRun}`}${failsSince === undefined ? '' : `, fails since ${failsSince}`}`,
  onBehalfOf: 'On behalf of',
  nobody: 'nobody: there is no usable login',
  namelessPerson: 'a person whose name is not known',
  loggedIn: 'Logged in',
  loggedInAt: (time: string, over: boolean) => `${time}${over ? ', and the login is over' : ''}`,
  refused: 'refused',
  loginRequired: 'a login is required',
  acceptedAt: (time: string) => `accepted at ${time}`,
  notKnown: 'not known yet',

  // Connection
  lastAnswer: 'Last answer',
  noneYet: 'none yet',
  toACall: 'To a call',
  statusAgo: (status: number, ago: string) => `status ${status}, ${ago}`,
  clock: 'Clock',
  notInCatalogue: 'Not in the catalogue',
  willEnd: 'Will end',
  connections: 'Connections',
  open: (number: string) => `${number} open`,
  listed: (names: string, more: string | undefined) => `${names}${more === undefined ? '' : ` and ${more} more`}`,
  notCompared: 'not compared yet',
  clockAgrees: 'agrees with CATAPA',
  clockDiffers: (by: string, behind: boolean) => `this machine is ${by} ${behind ? 'behind' : 'ahead of'} CATAPA`,

  // Calls
  limitedTo: 'Limited to',
  profiles: (names: readonly string[]) => `${names.join(' and ')} (SIDECAR_PROFILE)`,
  underWay: 'Under way',
  inFlight: (number: string, waiting: string | undefined) =>
    `${number}${waiting === undefined ? '' : `, ${waiting} of them waiting`}`,
  since: 'Since the start',
  calls: (number: number) => plural(number, 'call'),
  answered: 'Answered by CATAPA',
  failedHere: 'Failed here',
  data: 'Data',
  sentReceived: (sent: string, received: string) => `${sent} sent, ${received} received`,

  // This sidecar
  version: 'Version',
  runningFor: 'Running for',
  started: 'Started',
  programsCall: 'Programs call',
  pageAt: 'This page is at',
  certificate: 'Certificate',
  certificateFor: (names: readonly string[], more: boolean) =>
    names.length === 0 ? 'without names' : `for ${names.join(', ')}${more ? ' and others' : ''}`,
  validUntil: (time: string, ended: boolean) => `${ended ? 'ended at' : 'until'} ${time}`,
  told: 'Told',
  toldTo: (receiver: string, at: string | undefined) => `${receiver} ${at === undefined ? 'nothing yet' : `at ${at}`}`,
  failedSince: (time: string, why: string) => `failed since ${time} (${why})`,
  traces: 'Traces',
  spansSent: (number: string, host: string) => `${number} spans sent to ${host}`,
  failingNow: (why: string) => `failing now (${why})`,
  audit: 'Audit',
  recorded: (lines: number, head: string, missing: number) =>
    `on, ${plural(lines, 'line')}, head ${head}${missing === 0 ? '' : `; ${plural(missing, 'call')} without a line since the start`}`,
})
