import type { Faults } from './faults.ts'
import { type Logins, loginStore } from './logins.ts'
import { noStats, type Stats } from './stats.ts'
import { type Tokens, tokenStore } from './tokens.ts'

/** Registered with the sandbox's client unless told otherwise: what the sidecar's `login` listens on. */
export const defaultRedirectUri = 'http://127.0.0.1:8231/callback'

/** How the sandbox is set up; `SANDBOX_…` in the environment. */
export type SandboxOptions = {
  tenant: string
  clientId: string
  clientSecret: string
  /** May be a fraction. */
  tokenLifetimeSeconds: number
  /** Answer a repeated token request with the token that exists, as Spring Security OAuth does. */
  tokenReuse: boolean
  /** A new token of the client itself ends the one before (`SANDBOX_TOKEN_SINGLE`); not by default. */
  tokenSingle?: boolean
  /** Each refresh token works once (`SANDBOX_REFRESH_ROTATION`); not by default. */
  refreshRotation?: boolean
  /** Where people are sent after they have logged in, as it is registered with the client: it must be met to the letter. */
  redirectUri?: string
  /** Where callers reach the sandbox, for URLs in its answers; by default what they say in `Host`. */
  publicOrigin?: string
}

/** What is left of the quota, and when that was worked out. */
export type Bucket = { left: number; at: number }

/** While it lasts nothing more is to be sent. Instants in milliseconds, of the monotonic clock. */
export type FaultPause = { from: number; until: number }

/** What changes while the sandbox runs, apart from the invented company. */
export type SandboxState = {
  /** As the sandbox was started, but for the client secret, which a control can change. */
  options: Readonly<SandboxOptions>
  readonly tokens: Tokens
  readonly logins: Logins
  faults: Faults
  /** Of the `quota` fault; undefined until a request meets it. */
  bucket: Bucket | undefined
  /** The last one that was stated. */
  pause: FaultPause
  stats: Stats
  /** How often each `X-Ledger-Id` was carried by a write that was admitted and arrived whole. */
  readonly ledger: Map<string, number>
  tokenRequestsInFlight: number
  apiRequestsInFlight: number
}

/** A sandbox that nothing has happened to yet. */
export function freshState(options: SandboxOptions): SandboxState {
  const { tenant, clientId, tokenReuse, tokenSingle = false, refreshRotation = false } = options
  return {
    options: { ...options },
    tokens: tokenStore({ tenant, clientId, reuse: tokenReuse, single: tokenSingle }),
    logins: loginStore({ rotation: refreshRotation }),
    faults: {},
    bucket: undefined,
    pause: { from: 0, until: 0 },
    stats: noStats(),
    ledger: new Map(),
    tokenRequestsInFlight: 0,
    apiRequestsInFlight: 0,
  }
}
