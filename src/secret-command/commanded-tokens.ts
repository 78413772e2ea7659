import { isOf } from '../problems/failure.ts'
import type { ProblemError } from '../problems/problem.ts'
import type { Credentials } from '../settings/config.ts'
import { type Changing, tokensOfLatest } from '../tokens/grants/latest-credentials.ts'
import type { AccessToken, TokenSource } from '../tokens/token-source.ts'
import type { FollowedSecret } from './follow-secret.ts'

export type Commanded = Omit<Changing, 'others'> & Readonly<{ secret: Pick<FollowedSecret, 'run'> }>

/**
 * A token source whose secret comes from a command: before the first token it runs, and once after each time that CATAPA refuses the
 * client, unless it has just run.
 *
 * @param given credentials to try, which a run has brought; until they have worked, their refusal causes no run
 */
export function commandedTokens({ secret, sourceOf, adopt }: Commanded, given?: Credentials): TokenSource {
  let latest = given && sourced(given)
  let hasJustRun = true

  function sourced(credentials: Credentials): TokenSource {
    const others = async (refusal: ProblemError) =>
      hasJustRun || !refusesClient(refusal) ? undefined : secret.run('refusal').catch(() => undefined)
    return tokensOfLatest(credentials, { sourceOf, others, adopt })
  }

  async function first(rejected: AccessToken | undefined): Promise<AccessToken> {
    const credentials = await secret.run('start')
    latest = sourced(credentials)
    adopt(credentials)
    try {
      return await latest(rejected)
    } finally {
      hasJustRun = false
    }
  }

  async function obtain(rejected?: AccessToken): Promise<AccessToken> {
    if (latest === undefined) return first(rejected)
    const token = await latest(rejected)
    hasJustRun = false
    return token
  }

  const instead: NonNullable<TokenSource['instead']> = async (refused) => latest?.instead?.(refused)
  return Object.assign(obtain, { instead })
}

/** `invalid_client`, also as older servers say it; other refusals are not about the secret. */
function refusesClient({ failure }: ProblemError): boolean {
  if (!isOf(failure, 'client_refused')) return false
  const { status, error: code } = failure.facts
  return code === undefined ? status === 401 : code === 'invalid_client' || code === 'unauthorized'
}
