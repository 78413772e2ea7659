import type { Dispatcher } from 'undici'
import type { Auditing } from '../audit/audit-in-use.ts'
import type { CallersInUse } from '../callers/caller.ts'
import type { CertificatesInUse } from '../certificates/follow-certificates.ts'
import type { Repeats } from '../forwarding/repeats/repeats.ts'
import type { SharesShown } from '../forwarding/turns/shown-shares.ts'
import type { LoginState } from '../login/follow-login.ts'
import type { ReceiverShown } from '../notices/notices.ts'
import type { SecretCommandShown } from '../secret-command/follow-secret.ts'
import type { Credentials } from '../settings/config.ts'
import type { Mistakes } from '../settings/config-error.ts'
import type { TokenCache } from '../tokens/cache/token-cache.ts'
import type { SharingState } from '../tokens/shared/start-sharing.ts'
import type { TracesShown } from '../traces/tracing.ts'

/** The parts of the sidecar that the admin listener shows. */
export type AdminSources = {
  version: string
  /** On the wall clock. */
  startedAt: number
  /** Addresses of the data listener. */
  addresses: readonly string[]
  tokens: TokenCache
  credentials: () => Credentials
  inUseSince: () => number
  /** Of the files that settings come from, as they are now. */
  mistakes: () => Mistakes | undefined
  /** The person's login; undefined if calls are made as the client itself. */
  login: (() => LoginState) | undefined
  /** The command that prints the secret; undefined without one. */
  secretCommand?: (() => SecretCommandShown) | undefined
  /** Undefined if no token is shared. */
  sharing?: (() => SharingState) | undefined
  /** The callers file; undefined without one. */
  callers: (() => CallersInUse) | undefined
  /** The certificate of `tls:` listeners; undefined without one. */
  certificates?: (() => CertificatesInUse) | undefined
  /** Undefined without an audit trail. */
  audit?: Auditing | undefined
  /** Undefined where no write is guarded or watched. */
  repeats?: (() => Repeats | undefined) | undefined
  /** What became of notices; undefined where none are sent. */
  notices?: (() => readonly ReceiverShown[] | undefined) | undefined
  /** What becomes of traces; undefined where none are sent. */
  traces?: (() => TracesShown) | undefined
  /** Since the first signal to stop. */
  stopping: () => boolean
  inFlight: () => number
  waiting: () => number
  /** Places, shares and waiting requests. */
  shares: () => SharesShown
  connections: () => { target: string; connected: number; free: number }[]
  /** To CATAPA's API, for probes only. */
  dispatcher: Dispatcher
  /** Ends the sidecar as SIGTERM does. */
  quit: () => void
}
