import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'undici'
import type { Config, Credentials } from './config/config.ts'
import { cached, type TokenCache, type TokenEvent } from './oauth/cached.ts'
import { clientCredentials } from './oauth/client-credentials.ts'
import { systemClock } from './oauth/token-source.ts'
import { followCredentials } from './rotation.ts'
import { logTokenEvent } from './token-log.ts'

/** The OAuth client of this sidecar. */
export type Client = {
  tokens: TokenCache
  /** The credentials in use. */
  credentials(): Credentials
  /** Since when, on the wall clock. */
  inUseSince(): number
  start(): void
  stop(): void
}

/** Config → token cache, following the files that the credentials come from. `pool` leads to the token endpoint. */
export function oauthClient(
  config: Config,
  pool: Pool,
  reread: (() => Credentials) | undefined,
  log: FastifyBaseLogger,
  onTokenEvent: (event: TokenEvent) => void,
): Client {
  const { tokenUrl, clientAuth, scope, tokenTimeoutMs: timeoutMs } = config
  const grant = (credentials: Credentials) =>
    clientCredentials(credentials, { tokenUrl, clientAuth, scope, timeoutMs, pool, clock: systemClock })
  const tokens = cached(grant(config.credentials), {
    clock: systemClock,
    refreshMarginMs: config.refreshMarginMs,
    tokenWaitMs: config.tokenWaitMs,
    idleCheckMs: config.idleCheckMs,
    random: Math.random,
    report: (event) => {
      logTokenEvent(log, event)
      onTokenEvent(event)
    },
  })
  const rotation = followCredentials(config.credentials, {
    read: reread ?? (() => config.credentials),
    use: (credentials) => tokens.replace(grant(credentials)),
    log,
  })
  return {
    tokens,
    credentials: rotation.current,
    inUseSince: rotation.inUseSince,
    start: tokens.start,
    stop() {
      rotation.stop()
      tokens.stop()
    },
  }
}
