import { isOf } from '../problems/failure.ts'
import { ProblemError } from '../problems/problem.ts'
import type { Credentials } from '../settings/config.ts'
import { areSame } from '../settings/same-credentials.ts'
import type { AccessToken, TokenSource } from '../tokens/token-source.ts'
import type { FollowedSecret } from './follow-secret.ts'

export type Commanded = Readonly<{
  secret: Pick<FollowedSecret, 'run'>
  /** Tokens of known credentials. */
  sourceOf: (credentials: Credentials) => TokenSource
  /** These credentials are in use from now on. */
  adopt: (credentials: Credentials) => void
}>

/**
 * A token source whose secret comes from a command: before the first token it runs, and once after each time that CATAPA refuses the
 * client, unless it has just run. What it then prints is tried within the same token request, so that those who wait for a token get it.
 *
 * @param given credentials to try, which a run has brought; until they have worked, their refusal causes no run
 */
export function commandedTokens({ secret, sourceOf, adopt }: Commanded, given?: Credentials): TokenSource {
  let inUse = given && sourced(given)
  let proven = false

  function sourced(credentials: Credentials) {
    return { credentials, source: sourceOf(credentials) }
  }

  async function first(rejected: AccessToken | undefined): Promise<AccessToken> {
    inUse = sourced(await secret.run('start'))
    adopt(inUse.credentials)
    proven = true
    return inUse.source(rejected)
  }

  async function obtain(rejected?: AccessToken): Promise<AccessToken> {
    if (inUse === undefined) return first(rejected)
    const { credentials, source } = inUse
    try {
      const token = await source(rejected)
      proven = true
      return token
    } catch (error) {
      if (!proven || !refusesClient(error)) throw error
      const other = await secret.run('refusal').catch(() => credentials)
      if (areSame(other, credentials)) throw error
      const next = sourced(other)
      const token = await next.source(rejected)
      inUse = next
      adopt(other)
      return token
    }
  }

  const instead: NonNullable<TokenSource['instead']> = async (refused) => inUse?.source.instead?.(refused)
  return Object.assign(obtain, { instead })
}

/** `invalid_client`, also as older servers say it; other refusals are not about the secret. */
function refusesClient(error: unknown): boolean {
  if (!(error instanceof ProblemError) || !isOf(error.failure, 'client_refused')) return false
  const { status, error: code } = error.failure.facts
  return code === undefined ? status === 401 : code === 'invalid_client' || code === 'unauthorized'
}
