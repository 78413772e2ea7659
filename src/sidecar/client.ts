import type { FastifyBaseLogger } from 'fastify'
import type { Pool } from 'undici'
import { tokenLog } from '../log/token-line.ts'
import { type FollowedLogin, followLogin, type LoginState } from '../login/follow-login.ts'
import { type UserLogin, userLogin } from '../login/user-login.ts'
import type { Heard } from '../network/last-answer.ts'
import type { FollowedSecret } from '../secret-command/follow-secret.ts'
import type { SecretParts } from '../secret-command/secret-if-set.ts'
import type { Config, Credentials } from '../settings/config.ts'
import { takeEnvironment } from '../settings/environment.ts'
import type { Followed } from '../settings/followed-files.ts'
import type { Values } from '../settings/read-group.ts'
import { areSame } from '../settings/same-credentials.ts'
import { settings } from '../settings/settings.ts'
import { systemClock } from '../time.ts'
import { cached, type TokenEvent } from '../tokens/cache/token-cache.ts'
import type { TokenRequestOptions, WatchTokenRequest } from '../tokens/endpoint/token-request.ts'
import { clientCredentials } from '../tokens/grants/grants.ts'
import { tokensOfLatest } from '../tokens/grants/latest-credentials.ts'
import type { Sharing } from '../tokens/shared/start-sharing.ts'
import type { TokenSource } from '../tokens/token-source.ts'
import { followCredentials, type Rotation } from './rotation.ts'

/** The OAuth client of this sidecar. */
export type Client = ReturnType<typeof oauthClient>

/** Events of the client while it works. */
export type ClientEvents = {
  tokenEvent(event: TokenEvent): void
  /** New credentials are in use. */
  credentials(now: Credentials, before: Credentials): void
  /** Another login is in use, or there is none any more. */
  login(now: LoginState['login']): void
}

/** The source of access tokens, by CATAPA_GRANT; with `login` for a person's. */
export function grantOf(
  { grant, scope, stateDir }: Pick<Config, 'grant' | 'scope' | 'stateDir'>,
  request: TokenRequestOptions,
): { source: (credentials: Credentials) => TokenSource; login: UserLogin | undefined } {
  if (grant === 'authorization_code') {
    const login = userLogin(stateDir, request)
    return { source: login.source, login }
  }
  return { source: (credentials) => clientCredentials(credentials, { ...request, scope }), login: undefined }
}

/**
 * The connections to the token endpoint, the listener to its answers, the sharing with other sidecars, and what follows a secret that
 * a command prints, if any.
 */
export type Ways = {
  pool: Pool
  heard: Heard | undefined
  sharing: Sharing | undefined
  watch?: WatchTokenRequest | undefined
  secretParts: SecretParts | undefined
}

/** Config → token cache, with new credentials from the `files` that are followed. */
export function oauthClient(
  config: Config,
  { pool, heard, sharing, secretParts, watch }: Ways,
  files: Followed | undefined,
  log: FastifyBaseLogger,
  events: ClientEvents,
) {
  const { tokenUrl, clientAuth, tokenTimeoutMs: timeoutMs, stateDir } = config
  const request = { tokenUrl, clientAuth, timeoutMs, pool, clock: systemClock, heard, watch }
  const { source: grant, login } = grantOf(config, request)
  const source = (credentials: Credentials) => sharing?.source(grant(credentials), credentials) ?? grant(credentials)
  const secret = secretParts && secretOf(secretParts, config, log, () => rotation.look())
  const inFiles = files && credentialsIn(files, config, log, () => rotation.current())
  /** Without `given` the command has not printed any yet, if there is one. */
  function tokensOf(given?: Credentials): TokenSource {
    if (secret !== undefined && secretParts !== undefined) {
      const now = adopt('the credentials that the command printed are in use')
      return secretParts.commandedTokens({ secret, sourceOf: source, adopt: now }, given)
    }
    const first = given ?? config.credentials
    if (inFiles === undefined) return source(first)
    // A trial is of these alone: what it tries beside them would be taken for them.
    const others = async (_: unknown, refused: Credentials) =>
      areSame(refused, rotation.current()) ? ifRight(inFiles) : undefined
    return tokensOfLatest(first, { sourceOf: source, others, adopt: adopt('new credentials work and are in use') })
  }
  const tell = tokenLog(log)
  const tokens = cached(tokensOf(), {
    clock: systemClock,
    refreshMarginMs: config.refreshMarginMs,
    tokenWaitMs: config.tokenWaitMs,
    idleCheckMs: config.idleCheckMs,
    random: Math.random,
    report: (event) => {
      tell(event)
      events.tokenEvent(event)
    },
  })
  const current = () => rotation.current()
  const rotation: Rotation = followCredentials(config.credentials, {
    read: secret === undefined ? inFiles : () => newOf(secret, current()) ?? inFiles?.() ?? current(),
    async use(credentials) {
      await tokens.replace(tokensOf(credentials))
      events.credentials(credentials, rotation.current())
    },
    log,
  })
  /** What to do after a token request was made with other credentials. */
  function adopt(told: string): (found: Credentials) => void {
    return (found) => {
      const before = rotation.current()
      rotation.adopt(found)
      log.info({ tenant: found.tenant, clientId: found.clientId }, told)
      events.credentials(found, before)
    }
  }
  const renewing = {
    ...tokens,
    startOver(): void {
      tokens.startOver()
      events.login(followed?.state().login)
    },
  }
  const followed: FollowedLogin | undefined = login && followLogin(stateDir, login, renewing, rotation.current, log)
  return {
    tokens,
    /** The credentials in use. */
    credentials: rotation.current,
    /** Since when, on the wall clock. */
    inUseSince: rotation.inUseSince,
    mistakes: rotation.mistakes,
    /** The person's login; undefined if calls are made as the client itself. */
    login: followed?.state,
    /** Undefined if no token is shared. */
    sharing: sharing?.state,
    /** Undefined if the secret comes from no command. */
    secretCommand: secret?.shown,
    start(): void {
      // The log names the person before it says that there is a token.
      if (followed === undefined) tokens.start()
      else followed.start().then(tokens.start)
    },
    /** Resolves once no token request is under way whose answer would be missed. */
    async stop(): Promise<void> {
      rotation.stop()
      followed?.stop()
      tokens.stop()
      await Promise.all([secret?.stop(), login?.stop(), sharing?.stop()])
    },
  }
}

/** The secret's command, if one is set. `found`: it has printed something that is to be tried. */
function secretOf(
  { followSecret }: SecretParts,
  config: Config,
  log: FastifyBaseLogger,
  found: () => void,
): FollowedSecret | undefined {
  const { secretCommand: command, credentials: set, clientAuth } = config
  if (command === undefined) return undefined
  return followSecret({ command, set, clientAuth, environment: takeEnvironment() }, log, found)
}

/** Mistakes in files are told where the files are followed. */
function ifRight(read: () => Credentials): Credentials | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** What the command has printed to be tried, unless it is in use. */
function newOf(secret: FollowedSecret, inUse: Credentials): Credentials | undefined {
  const offered = secret.offered()
  return offered === undefined || areSame(offered, inUse) ? undefined : offered
}

/**
 * The credentials in the files. If another token endpoint came with them, they are meant for that one, and are not used. Neither are
 * they where a command prints the secret, or is to print it: that is begun at a start.
 */
function credentialsIn(files: Followed, config: Config, log: FastifyBaseLogger, current: () => Credentials) {
  const tell = tellChanges(files.given, log)
  return (): Credentials => {
    const found = files.read()
    const elsewhere = found.config.tokenUrl.href !== config.tokenUrl.href
    tell(found.given, elsewhere)
    const byCommand = config.secretCommand ?? found.config.secretCommand
    return elsewhere || byCommand !== undefined ? current() : found.config.credentials
  }
}

/**
 * Logs once, by name, the settings that differ from those that the sidecar `started` with: of the `--config` file only the
 * credentials are taken over while it runs. `elsewhere`: not even these, since they are for another token endpoint.
 */
export function tellChanges(started: Values, log: FastifyBaseLogger): (given: Values, elsewhere: boolean) => void {
  let said = '[]'
  return (given, elsewhere) => {
    const changed = settings.filter(
      ({ name, default: fallback }) => (given.get(name) ?? fallback) !== (started.get(name) ?? fallback),
    )
    const names = changed.map(({ name }) => name)
    const now = JSON.stringify(names.map((name) => [name, given.get(name)]))
    if (now !== said && names.length > 0) {
      const effect = elsewhere
        ? 'take effect after a restart, and so do new credentials'
        : 'take effect after a restart'
      log.warn({ settings: names }, `settings were changed in the --config file; they ${effect}`)
    }
    said = now
  }
}
