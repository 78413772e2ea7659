import { words } from '../../words/language.ts'

/** The way of the call: the token of `doctor`, one through the running sidecar, or one that this sidecar made by itself. */
type Way = 'direct' | 'through' | 'of'
const way = { direct: '', through: ' through the running sidecar', of: ' of the running sidecar' }

export const validateStepWords = words('validateStepWords', {
  accepts: (by: Way) => `CATAPA accepts the token${way[by]}`,
  noAnswer: (because: string) => `CATAPA did not answer: ${because}`,
  tryAgain: 'Try again; if it fails again, CATAPA may be down.',
  rejects: (by: Way) => `CATAPA does not accept the token that it has issued${way[by]} (status 401)`,
  checkTenant:
    'Check that CATAPA_TENANT is the tenant of this client, and that CATAPA_BASE_URL and CATAPA_TOKEN_URL belong to the same CATAPA.',
  forbids: (by: Way) => `CATAPA forbids the call${way[by]} (status 403)`,
  checkRights: 'In CATAPA, check what this client is allowed to do (Setup > OAuth 2.0 Clients).',
  answered: (status: number, by: Way) => `CATAPA answered with status ${status}${way[by]}`,
  trouble: 'CATAPA itself has trouble: try again later.',
  checkUrl: 'Check that CATAPA_BASE_URL is the address of the API of CATAPA.',
  runningSilent: 'the running sidecar does not answer on its data listener',
  restart: 'Look at its log, or restart it. With --new-token it is left out.',
  /** `code` is undefined for one that may not be repeated. */
  runningRefused: (code: string | undefined) => `the running sidecar answered with ${code ?? 'an error'}`,
  itsLog: 'Its log says more, and docs/errors.md has a list of these codes. With --new-token it is left out.',
  runningUnsure: 'the running sidecar does not say that CATAPA accepts its token',
  askDeep: 'GET /readyz?deep=1 on its admin listener says why not. With --new-token it is left out.',
})
