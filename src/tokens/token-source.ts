import type { Instant } from '../time.ts'

/** An access token as the authorization server issued it. Never logged, shown or written to disk. */
export type AccessToken = Readonly<{
  value: string
  /** The tenant that it was issued for: it travels with the token, so that a rotation never mixes the two. */
  tenant: string
  /** When the token request was sent: the lifetime counts from here (design/promises 4.2). */
  sentAt: Instant
  /** When the answer had arrived, on the monotonic clock. */
  receivedAtMono: number
  /** As stated, 3,600 s where the answer does not say, at most 24 h. May be zero or negative. */
  lifetimeMs: number
  /** The answer named no lifetime. */
  lifetimeAssumed: boolean
  /** Of a token that is shared: whether this sidecar asked for it, or took it from another one (design/promises 11.1). */
  shared?: 'asked' | 'taken'
}>

/** Obtains an access token: any that is valid or, after a 401, one other than the `rejected` one. */
export type TokenSource = {
  (rejected?: AccessToken): Promise<AccessToken>
  /**
   * While a 401 is to cost no token request: another token than the refused one, from another sidecar. It is asked for only
   * where the refused one came when nothing could be shared. Never rejects.
   */
  readonly instead?: (refused: AccessToken) => Promise<AccessToken | undefined>
}
