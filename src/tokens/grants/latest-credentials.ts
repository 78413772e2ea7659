import { ProblemError } from '../../problems/problem.ts'
import type { Credentials } from '../../settings/config.ts'
import { areSame } from '../../settings/same-credentials.ts'
import type { AccessToken, TokenSource } from '../token-source.ts'

export type Changing = Readonly<{
  /** Tokens of known credentials. */
  sourceOf: (credentials: Credentials) => TokenSource
  /** What there is beside the credentials that were refused so; undefined if nothing. Never rejects. */
  others: (refusal: ProblemError, refused: Credentials) => Promise<Credentials | undefined>
  /** These credentials are in use from now on. */
  adopt: (credentials: Credentials) => void
}>

/**
 * Tokens of credentials that may have been replaced: when they are refused, the others are tried within the same token request, so that
 * those who wait for a token get it instead of a refusal (design/promises 4.10).
 */
export function tokensOfLatest(first: Credentials, { sourceOf, others, adopt }: Changing): TokenSource {
  let inUse = { credentials: first, source: sourceOf(first) }

  async function obtain(rejected?: AccessToken): Promise<AccessToken> {
    const { credentials, source } = inUse
    try {
      return await source(rejected)
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'credentials_rejected') throw error
      const other = await others(error, credentials)
      if (other === undefined || areSame(other, credentials)) throw error
      const next = sourceOf(other)
      const token = await next(rejected)
      inUse = { credentials: other, source: next }
      adopt(other)
      return token
    }
  }

  const instead: NonNullable<TokenSource['instead']> = async (refused) => inUse.source.instead?.(refused)
  return Object.assign(obtain, { instead })
}
