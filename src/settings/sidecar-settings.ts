import { isAbsolute, resolve } from 'node:path'
import { type ProfileName, profileNames } from '../operations/profiles.ts'
import { languages } from '../words/language.ts'
import { parseCacheUrl } from './cache-url.ts'
import { expectedWords } from './expected-words.ts'
import { parseHeartbeatUrl } from './heartbeat-url.ts'
import { listenSettings } from './listen-settings.ts'
import { parseReceivers, shownReceiver } from './notify-url.ts'
import { receiverWords } from './receiver-words.ts'
import { choice, count, flag, implied, optional, type Say, seconds, secondsOrNone, secret, text } from './setting.ts'
import { shownWords } from './shown-words.ts'
import { defaultStateDir } from './state-dir.ts'
import { tlsSettings } from './tls-settings.ts'
import { withoutSecrets } from './upstream-url.ts'
import { parseHostName, parseList, parseOrigin, parseSize, sizeInWords } from './values.ts'

/** What is done about repeated writes. */
export const repeatModes = ['off', 'watch', 'guard'] as const
export type RepeatMode = (typeof repeatModes)[number]

/** All bodies together that wait until they are whole. */
export const mostRepeatBodyBytes = 32 * 1024 * 1024

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** A list, each member in its canonical spelling; one problem is reported however many members are wrong. */
function setOf(parse: (member: string) => string | undefined) {
  return {
    read(list: string, say: Say): ReadonlySet<string> {
      const members = parseList(list).map(parse)
      const good = members.filter((member) => member !== undefined)
      if (good.length < members.length) say()
      return new Set(good)
    },
    show: (members: ReadonlySet<string>) => [...members].join(' ') || shownWords().none,
  }
}

/** The sidecar's own behaviour. */
export const sidecarSettings = {
  ...listenSettings,
  ...tlsSettings,
  trustNetwork: implied(
    flag('SIDECAR_TRUST_NETWORK', false, {
      description:
        'Must be true for a data listener that is neither loopback nor a socket file: every program that can connect acts as your client. A tls: address with a callers file that has no [*] needs it not.',
    }),
  ),
  adminTrustNetwork: flag('SIDECAR_ADMIN_TRUST_NETWORK', false, {
    description: 'Lets other machines use all of the admin listener, not only probes and metrics.',
  }),
  /** Lower case, without port. */
  allowedHosts: text('SIDECAR_ALLOWED_HOSTS', '', {
    description: 'Names allowed in Host besides loopback names and IP literals, separated by spaces or commas.',
    expected: () => expectedWords().allowedHosts,
    ...setOf(parseHostName),
  }),
  /** As browsers send them in `Origin`: scheme, host and a port that is not the scheme's default. */
  allowedOrigins: text('SIDECAR_ALLOWED_ORIGINS', '', {
    description: 'Browser origins allowed to call, separated by spaces or commas.',
    expected: () => expectedWords().allowedOrigins,
    ...setOf(parseOrigin),
  }),
  placeholderToken: flag('SIDECAR_PLACEHOLDER_TOKEN', true, {
    description: "Answers callers' token requests with a placeholder.",
  }),
  /** Limits everyone: all of these profiles must allow a call. */
  profile: text('SIDECAR_PROFILE', 'full', {
    description: `Limits what all callers may do in CATAPA: ${profileNames.join(', ')}. Several may be given; then all must allow a call.`,
    expected: () => expectedWords().oneOrSeveralOf(profileNames),
    read(list: string, say: Say): readonly ProfileName[] {
      const given = new Set(parseList(list))
      const known = profileNames.filter((name) => given.has(name))
      if (known.length < given.size) say()
      return known
    },
    show: (profiles) => profiles.join(' '),
  }),
  callersFile: optional('SIDECAR_CALLERS_FILE', {
    description: 'File that names the callers and says what each may do; read again within 5 seconds of a change.',
    expected: () => expectedWords().file,
    read: (path) => resolve(path),
    show: String,
  }),
  auditDir: optional('SIDECAR_AUDIT_DIR', {
    description:
      'Folder of the audit trail, the record of what each caller did in CATAPA; for its owner alone. It is made if the folder above it exists. Without it nothing is recorded.',
    expected: () => expectedWords().absoluteFolder,
    read: (path, say) => (isAbsolute(path) ? resolve(path) : say()),
    show: String,
  }),
  auditKeyFile: optional('SIDECAR_AUDIT_KEY_FILE', {
    description:
      'File of the key with which the audit trail can be searched for a path. It must lie outside SIDECAR_AUDIT_DIR; it is made at the first start. Without it, paths are recorded without their ids only.',
    expected: () => expectedWords().absoluteFile,
    read: (path, say) => (isAbsolute(path) ? resolve(path) : say()),
    show: String,
  }),
  auditKeepDays: count('SIDECAR_AUDIT_KEEP_DAYS', 400, {
    most: 36_500,
    description: 'Days that the audit trail is kept; older lines are deleted, in whole files.',
  }),
  auditOnFailure: choice('SIDECAR_AUDIT_ON_FAILURE', ['writes', 'all', 'open'], 'writes', {
    description:
      'Requests that are refused while the audit trail cannot be written. writes: all but those known to read only; all: every one; open: none.',
  }),
  repeats: choice('SIDECAR_REPEATS', repeatModes, 'off', {
    description:
      'What is done about a write that a program sends again since it did not get the first answer. watch: it is counted; guard: it gets the first answer, or is refused where nobody knows what became of the first; needs an audit trail with a key.',
  }),
  repeatWindowMs: seconds('SIDECAR_REPEAT_WINDOW', 3600, {
    description: 'Seconds after the end of a write in which the same write counts as its repeat.',
  }),
  repeatBodyBytes: text('SIDECAR_REPEAT_BODY', '1MiB', {
    description:
      'Largest body of a write that is guarded, at most 32MiB: it is read whole before CATAPA gets the first byte. Repeats with larger ones are only counted.',
    expected: () => expectedWords().repeatBody,
    read: (size, say) => {
      const bytes = parseSize(size) ?? 0
      return bytes > 0 && bytes <= mostRepeatBodyBytes ? bytes : say()
    },
    show: sizeInWords,
  }),
  refreshMarginMs: secondsOrNone('SIDECAR_REFRESH_MARGIN', 300, {
    description:
      'Seconds before expiry at which a token is renewed in the background; never more than 20 % of its lifetime.',
  }),
  /** 0: never. */
  idleCheckMs: secondsOrNone('SIDECAR_IDLE_CHECK', 21_600, {
    description:
      'Seconds after which an idle sidecar checks that its credentials still work, at most 900 while they are refused; 0: never.',
  }),
  tokenTimeoutMs: seconds('SIDECAR_TOKEN_TIMEOUT', 5, { description: 'Seconds that one token request may take.' }),
  tokenWaitMs: secondsOrNone('SIDECAR_TOKEN_WAIT', 15, {
    description: 'Most seconds that a caller waits for a token.',
  }),
  /** Of Valkey or Redis, with user and password. */
  cacheUrl: secret('SIDECAR_CACHE_URL', {
    description:
      'Store in which sidecars of the same client share their token, Valkey or Redis: redis:// or, with TLS, rediss://user:password@host:port/database. Without it each sidecar has a token of its own.',
    expected: () => expectedWords().cacheUrl,
    read: parseCacheUrl,
    show: withoutSecrets,
  }),
  /** Whom notices go to; none where it is unset. */
  notify: text('SIDECAR_NOTIFY_URL', '', {
    file: true,
    description:
      'Tells people when something is wrong and when it is over: slack:URL, teams:URL, googlechat:URL, telegram:URL, ntfy:URL, json:URL, or mail by smtp:// or smtps://user:password@host:port/?from=ADDRESS&to=ADDRESS. Several are separated by spaces.',
    expected: () => receiverWords().forms,
    read: parseReceivers,
    show: (receivers) => receivers.map(shownReceiver).join(', ') || shownWords().none,
  }),
  notifyAfterMs: secondsOrNone('SIDECAR_NOTIFY_AFTER', 120, {
    most: 3600,
    description: 'Seconds that something has been wrong before people are told, at most 3600.',
  }),
  replay: choice('SIDECAR_REPLAY', ['off', 'safe', 'buffered'], 'safe', {
    description:
      'Requests that are resent with a fresh token after a 401. off: none; safe: GET, HEAD and requests without a body; buffered: also those with bodies of at most 64 KiB.',
  }),
  connectTimeoutMs: seconds('SIDECAR_CONNECT_TIMEOUT', 10, {
    description: "Seconds that a connection to CATAPA may take, a proxy's CONNECT included.",
  }),
  responseTimeoutMs: seconds('SIDECAR_RESPONSE_TIMEOUT', 120, {
    description: 'Seconds that CATAPA may take from the end of a request to the response headers.',
  }),
  bodyTimeoutMs: seconds('SIDECAR_BODY_TIMEOUT', 120, {
    description:
      'Seconds that a body may be silent, either way; less than 1 KiB in 30 s, from or to a caller, counts as silence.',
  }),
  upstreamConnections: count('SIDECAR_UPSTREAM_CONNECTIONS', 64, {
    most: 10_000,
    description: 'Most connections to CATAPA at a time; further requests wait.',
  }),
  maxWaiting: count('SIDECAR_MAX_WAITING', 1000, {
    most: 1_000_000,
    description: 'Most requests that may wait for a connection or a token at a time; more are refused as overloaded.',
  }),
  queueTimeoutMs: seconds('SIDECAR_QUEUE_TIMEOUT', 30, {
    description:
      "Most seconds that a request waits for a connection to CATAPA, or for its caller's limits; then it is refused as overloaded.",
  }),
  /** 0: never wait. */
  holdMs: secondsOrNone('SIDECAR_HOLD', 30, {
    description:
      'Most seconds that a GET or HEAD waits for the end of a pause that CATAPA asks for with Retry-After; 0: never wait.',
  }),
  /** Infinity: no limit. */
  maxBodyBytes: text('SIDECAR_MAX_BODY', '100MiB', {
    description:
      'Largest request body; 0: no limit. k, M, G and KiB, MiB, GiB are powers of 1024; kB, MB, GB are powers of 1000; without a unit it is bytes.',
    expected: () => expectedWords().maxBody,
    read: (size, say) => parseSize(size) ?? say(),
    show: (bytes) => (Number.isFinite(bytes) ? sizeInWords(bytes) : '0'),
  }),
  shutdownDelayMs: secondsOrNone('SIDECAR_SHUTDOWN_DELAY', 0, {
    description: 'Seconds after SIGTERM during which the sidecar still serves requests while /readyz already says 503.',
  }),
  shutdownGraceMs: secondsOrNone('SIDECAR_SHUTDOWN_GRACE', 25, {
    description: 'Most seconds that requests in flight get to end, after the delay.',
  }),
  /** The folder of the login, absolute. */
  stateDir: text('SIDECAR_STATE_DIR', '', {
    shownDefault: "$STATE_DIRECTORY, else the user's state folder",
    description:
      "Folder of the login (login.json), for its owner alone: a folder that another user owns or can write to is refused. The default is systemd's state folder or, without systemd, the user's own folder for the state of programs.",
    expected: () => expectedWords().absoluteFolder,
    read: (path, say, environment) => {
      if (path === '') return resolve(defaultStateDir(environment))
      return isAbsolute(path) ? resolve(path) : say()
    },
    show: String,
  }),
  /** Of a check at healthchecks.io, or of a push monitor of Uptime Kuma. */
  heartbeatUrl: secret('SIDECAR_HEARTBEAT_URL', {
    description:
      'Address that a GET goes to every 60 seconds while the sidecar is ready, so that another service tells when none comes: the ping URL of a check of healthchecks.io, or the push URL of a monitor of Uptime Kuma, with its status=. The rule of CATAPA_BASE_URL for http: holds.',
    expected: () => expectedWords().heartbeatUrl,
    read: parseHeartbeatUrl,
    show: ({ host }) => host,
  }),
  quit: flag('SIDECAR_QUIT', false, { description: 'Enables POST /quitquitquit on the admin listener.' }),
  language: choice('SIDECAR_LANGUAGE', ['auto', ...languages], 'auto', {
    description:
      'Language of what people read: en, id (Bahasa Indonesia), or auto. auto: commands take that of the terminal, the status page that of the browser, notices and the detail of error answers are English.',
  }),
  logLevel: choice('SIDECAR_LOG_LEVEL', logLevels, 'info', {
    description: 'Least severe level to log: fatal, error, warn, info, debug, trace, or silent.',
  }),
  logFormat: choice('SIDECAR_LOG_FORMAT', ['json', 'pretty', 'auto'], 'auto', {
    description: 'Form of the log: json, pretty, or auto, which is pretty on a terminal.',
  }),
  logFile: optional('SIDECAR_LOG_FILE', {
    description:
      'File for the log instead of standard output, for its owner alone. At 10 MiB the file is renamed with the date and a new one is begun; the last four are kept.',
    expected: () => expectedWords().absoluteFile,
    read: (path, say) => (isAbsolute(path) ? resolve(path) : say()),
    show: String,
  }),
}
