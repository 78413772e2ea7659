import type { Dispatcher } from 'undici'
import type { Auditing } from '../audit/audit-in-use.ts'
import type { CallersInUse } from '../callers/caller.ts'
import type { SharesShown } from '../forwarding/turns/shown-shares.ts'
import type { LoginState } from '../login/follow-login.ts'
import type { Credentials } from '../settings/config.ts'
import type { TokenCache } from '../tokens/cache/token-cache.ts'
import type { SharingState } from '../tokens/shared/start-sharing.ts'

/** What the admin listener can see of the sidecar. */
export type AdminSources = {
  version: string
  /** On the wall clock. */
  startedAt: number
  /** Where callers reach the sidecar. */
  addresses: readonly string[]
  tokens: TokenCache
  credentials: () => Credentials
  inUseSince: () => number
  /** On whose behalf calls are made; undefined where it is the client's own. */
  login: (() => LoginState) | undefined
  /** How tokens are shared with other sidecars; undefined where they are not. */
  sharing?: (() => SharingState) | undefined
  /** Who may call, and what for; undefined where there is no callers file. */
  callers: (() => CallersInUse) | undefined
  /** Undefined where nothing is recorded. */
  audit?: Auditing | undefined
  /** Since the first signal to stop. */
  stopping: () => boolean
  inFlight: () => number
  waiting: () => number
  /** Who has which share of the places, and who waits. */
  shares: () => SharesShown
  connections: () => { target: string; connected: number; free: number }[]
  /** To CATAPA's API, for probes only. */
  dispatcher: Dispatcher
  /** Ends the sidecar as SIGTERM does. */
  quit: () => void
}
