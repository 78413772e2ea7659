import type { Faults } from './faults.ts'
import { noStats, type Stats } from './stats.ts'
import { type Tokens, tokenStore } from './tokens.ts'

/** How the sandbox is set up; `SANDBOX_…` in the environment. */
export type SandboxOptions = {
  tenant: string
  clientId: string
  clientSecret: string
  /** May be a fraction. */
  tokenLifetimeSeconds: number
  /** Answer a repeated token request with the token that exists, as Spring Security OAuth does. */
  tokenReuse: boolean
  /** Where callers reach the sandbox, for URLs in its answers; by default what they say in `Host`. */
  publicOrigin?: string
}

/** What changes while the sandbox runs, apart from the invented company. */
export type State = {
  readonly options: Readonly<SandboxOptions>
  readonly tokens: Tokens
  faults: Faults
  stats: Stats
  /** How often each `X-Ledger-Id` was carried by a write that was admitted and arrived whole. */
  readonly ledger: Map<string, number>
  tokenRequestsInFlight: number
  apiRequestsInFlight: number
}

/** A sandbox that nothing has happened to yet. */
export function freshState(options: SandboxOptions): State {
  const { tenant, clientId, tokenReuse } = options
  return {
    options: { ...options },
    tokens: tokenStore({ tenant, clientId, reuse: tokenReuse }),
    faults: {},
    stats: noStats(),
    ledger: new Map(),
    tokenRequestsInFlight: 0,
    apiRequestsInFlight: 0,
  }
}
