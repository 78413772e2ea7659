import type { Instant } from '../time.ts'

/** An access token as the authorization server issued it. Never logged, shown or written to disk. */
export type AccessToken = Readonly<{
  value: string
  /** The tenant of the token, kept with it so that new credentials never mix the two. */
  tenant: string
  /** When the token request was sent: the lifetime counts from here (design/promises 4.2). */
  sentAt: Instant
  /** When the answer had arrived, on the monotonic clock. */
  receivedAtMono: number
  /** As stated, at most 24 h; 1 h where the answer names none. May be zero or negative. */
  lifetimeMs: number
  /** The answer named no lifetime. */
  lifetimeAssumed: boolean
  /** For a shared token: whether this sidecar asked for it or took it from another one (design/promises 11.1). */
  shared?: 'asked' | 'taken'
}>

/** Obtains an access token: any that is valid or, after a 401, one other than the `rejected` one. */
export type TokenSource = {
  (rejected?: AccessToken): Promise<AccessToken>
  /**
   * For a 401 that may cost no token request: another sidecar's token in place of the refused one. The endpoint is asked only if
   * the refused token was obtained while nothing could be shared. Never rejects.
   */
  readonly instead?: (refused: AccessToken) => Promise<AccessToken | undefined>
}
