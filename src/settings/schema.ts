import type { Static, TProperties } from 'typebox'
import { choice, count, flag, optional, seconds, secondsOrNone, text } from './fields.ts'
import { Type } from './json-schema.ts'

// The one list of settings.
const listenGrammar = 'localhost:port, IPv4:port, [IPv6]:port or unix:/path.sock,mode=0660, several separated by spaces'

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** The OAuth client: each of these also has a `…_FILE` form. */
export const credentialsSchema = Type.Object({
  CATAPA_TENANT: text({
    description: 'Tenant code.',
    expected: 'your tenant code, or CATAPA_TENANT_FILE the path of a file that holds it',
  }),
  CATAPA_CLIENT_ID: text({
    description: 'Id of the OAuth client.',
    expected: 'the id of your OAuth client, or CATAPA_CLIENT_ID_FILE the path of a file that holds it',
  }),
  CATAPA_CLIENT_SECRET: text({
    description: 'Secret of the OAuth client.',
    expected: 'the secret of your OAuth client, or CATAPA_CLIENT_SECRET_FILE the path of a file that holds it',
  }),
})

/** Everything about CATAPA but the credentials. */
export const upstreamSchema = Type.Object({
  CATAPA_BASE_URL: text(
    {
      description:
        'The upstream, an origin without path or query; http: only to a loopback host, or with CATAPA_ALLOW_HTTP=true.',
      expected: 'an https:// URL without user, path, query or fragment',
    },
    { default: 'https://api.catapa.com' },
  ),
  CATAPA_TOKEN_URL: optional({
    description:
      'The token endpoint, /oauth/token at the base URL unless given; same rule for http: as CATAPA_BASE_URL.',
    expected: 'an https:// URL without user or fragment',
    shownDefault: '{base}/oauth/token',
  }),
  CATAPA_ALLOW_HTTP: flag(false, 'Allows http: to a host that is not loopback.'),
  CATAPA_SCOPE: optional(
    {
      description: 'Requested scope; several are separated by one space.',
      expected: 'scopes of visible ASCII characters without quotes and backslashes, separated by one space',
    },
    // RFC 6749 §3.3
    { pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]+( [\\x21\\x23-\\x5B\\x5D-\\x7E]+)*$' },
  ),
  CATAPA_CLIENT_AUTH: choice(
    ['client_secret_basic', 'client_secret_basic_encoded', 'client_secret_post'],
    'client_secret_basic',
    "How the client authenticates: client_secret_basic is raw Basic as CATAPA's SDK sends it, client_secret_basic_encoded is that of RFC 6749, client_secret_post sends it in the body.",
  ),
  CATAPA_CA_FILE: optional({
    description:
      "PEM file of CAs trusted in addition to Node's own, NODE_EXTRA_CA_CERTS and, where Node can read it (22.15 and later), the system's store.",
    expected: 'the path of a PEM file with CA certificates',
  }),
  CATAPA_GRANT: choice(
    ['client_credentials', 'authorization_code'],
    'client_credentials',
    'As whom calls are made: client_credentials is the OAuth client itself, authorization_code the person who ran catapa-sidecar login.',
  ),
  CATAPA_AUTHORIZE_URL: text(
    {
      description: 'The authorization endpoint, where login sends the browser; same rule for http: as CATAPA_BASE_URL.',
      expected: 'an https:// URL without user or fragment',
    },
    { default: 'https://accounts.catapa.com/oauth2/authorize' },
  ),
  CATAPA_REDIRECT_URI: text(
    {
      description:
        'Where the browser comes back to after a login, exactly as it is registered with the OAuth client; login listens on a loopback one.',
      expected: 'an http:// or https:// URL without user or fragment',
    },
    { default: 'http://127.0.0.1:8231/callback' },
  ),
  CATAPA_PKCE: flag(true, 'Sends a code challenge (PKCE, S256) with a login.'),
})

/** The usual variables; `proxyVariables` has their lower-case spellings, which win. */
export const proxySchema = Type.Object({
  HTTPS_PROXY: optional({
    description: 'Outgoing proxy for https: targets; the lower-case spelling wins.',
    expected: 'a URL http://host:port or https://host:port, with user:password@ before the host where it needs that',
  }),
  HTTP_PROXY: optional({
    description: 'Outgoing proxy for http: targets that are not loopback; the lower-case spelling wins.',
    expected: 'a URL http://host:port or https://host:port, with user:password@ before the host where it needs that',
  }),
  NO_PROXY: optional({
    description:
      'Targets that are reached directly: names, suffixes, host:port, or * for all; the lower-case spelling wins.',
    expected: 'names, suffixes, host:port or *, separated by commas or spaces',
  }),
})

/** The sidecar's own behaviour. */
export const sidecarSchema = Type.Object({
  SIDECAR_LISTEN: text(
    {
      description:
        'Data listener: localhost:port, host:port, [::1]:port or unix:/path.sock,mode=0660 (0600 unless given); several separated by spaces; port 0 is any free one.',
      expected: listenGrammar,
    },
    { default: 'localhost:8228' },
  ),
  SIDECAR_ADMIN_LISTEN: text(
    { description: 'Admin listener, written as SIDECAR_LISTEN, or off.', expected: `off, or ${listenGrammar}` },
    { default: 'localhost:8229' },
  ),
  SIDECAR_TRUST_NETWORK: flag(
    false,
    'Must be true for a data listener that is not loopback or a socket file: whoever can connect acts as your client.',
  ),
  SIDECAR_ADMIN_TRUST_NETWORK: flag(
    false,
    'Shows peers that are not loopback all of the admin listener, not only probes and metrics.',
  ),
  SIDECAR_ALLOWED_HOSTS: optional({
    description: 'Names allowed in Host besides loopback names and IP literals, separated by spaces or commas.',
    expected: 'host names without scheme, port, path or wildcard, separated by spaces or commas',
  }),
  SIDECAR_ALLOWED_ORIGINS: optional({
    description: 'Browser origins allowed to call, separated by spaces or commas.',
    expected:
      'origins such as https://app.example.com or http://localhost:3000, without path or wildcard, separated by spaces or commas',
  }),
  SIDECAR_PLACEHOLDER_TOKEN: flag(true, "Answers callers' token requests with a placeholder."),
  SIDECAR_REFRESH_MARGIN: secondsOrNone(
    300,
    'Seconds before expiry at which a token is renewed in the background; never more than 20 % of its lifetime.',
  ),
  SIDECAR_IDLE_CHECK: secondsOrNone(
    21_600,
    'Seconds after which an idle sidecar proves its credentials again, a refused one after 900 at most; 0 is never.',
  ),
  SIDECAR_TOKEN_TIMEOUT: seconds(5, 'Seconds that one token request may take.'),
  SIDECAR_TOKEN_WAIT: secondsOrNone(15, 'Seconds that a caller waits for a token at most.'),
  SIDECAR_REPLAY: choice(
    ['off', 'safe', 'buffered'],
    'safe',
    'What is repeated with a fresh token after a 401: off is nothing, safe is GET, HEAD and requests without a body, buffered is also bodies of at most 64 KiB.',
  ),
  SIDECAR_CONNECT_TIMEOUT: seconds(10, "Seconds that a connection to CATAPA may take, a proxy's CONNECT included."),
  SIDECAR_RESPONSE_TIMEOUT: seconds(120, 'Seconds from the end of a request to the response headers.'),
  SIDECAR_BODY_TIMEOUT: seconds(
    120,
    'Seconds of silence in a body, either way; less than 1 KiB in 30 s, from or to a caller, is silence too.',
  ),
  SIDECAR_UPSTREAM_CONNECTIONS: count(64, 10_000, 'Connections to CATAPA at most; further requests wait.'),
  SIDECAR_MAX_WAITING: count(
    1000,
    1_000_000,
    'Requests that wait for a connection or a token at most; more are refused as overloaded.',
  ),
  SIDECAR_QUEUE_TIMEOUT: seconds(
    30,
    'Seconds that a request waits for a connection to CATAPA; then it is refused as overloaded.',
  ),
  SIDECAR_MAX_BODY: text(
    {
      description:
        'Largest request body, 0 for no limit; k, M, G and KiB, MiB, GiB count in 1024s, kB, MB, GB in 1000s, no unit is bytes.',
      expected: 'a size such as 100MiB, 500k or 1.5GB (0 is no limit)',
    },
    { default: '100MiB' },
  ),
  SIDECAR_SHUTDOWN_DELAY: secondsOrNone(
    0,
    'Seconds after SIGTERM during which the sidecar serves on while /readyz already says 503.',
  ),
  SIDECAR_SHUTDOWN_GRACE: secondsOrNone(25, 'Seconds that requests in flight get at most to end, after the delay.'),
  SIDECAR_STATE_DIR: optional({
    description:
      "Folder of the login (login.json), for its owner alone: one that others own or can write is refused. systemd's state folder, or the user's own for programs' state, unless given.",
    expected: 'the absolute path of a folder',
    shownDefault: "$STATE_DIRECTORY, else the user's state folder",
  }),
  SIDECAR_QUIT: flag(false, 'Enables POST /quitquitquit on the admin listener.'),
  SIDECAR_LOG_LEVEL: choice(
    logLevels,
    'info',
    'The least severe messages that are logged: fatal, error, warn, info, debug, trace, or silent.',
  ),
  SIDECAR_LOG_FORMAT: choice(
    ['json', 'pretty', 'auto'],
    'auto',
    'Form of the log: json, pretty, or auto, which is pretty on a terminal.',
  ),
})

/** All that `logout` reads. */
export const stateSchema = Type.Pick(sidecarSchema, ['SIDECAR_ADMIN_LISTEN', 'SIDECAR_STATE_DIR'])

/** The embedded look-alike of CATAPA. */
export const sandboxSchema = Type.Object({
  SANDBOX_LISTEN: text(
    { description: "The sandbox's listener, one address.", expected: 'one address, as in SIDECAR_LISTEN' },
    { default: 'localhost:8230' },
  ),
  SANDBOX_TENANT: text(
    { description: 'The tenant that the sandbox knows.', expected: 'visible ASCII characters without blanks' },
    { default: 'demo', pattern: '^[\\x21-\\x7E]+$' },
  ),
  SANDBOX_CLIENT_ID: text(
    { description: 'The client that the sandbox knows.', expected: 'visible ASCII characters without blanks' },
    { default: 'demo-client', pattern: '^[\\x21-\\x7E]+$' },
  ),
  SANDBOX_CLIENT_SECRET: text(
    { description: 'The secret of that client.', expected: 'visible ASCII characters without blanks' },
    { default: 'demo-secret', pattern: '^[\\x21-\\x7E]+$' },
  ),
  SANDBOX_TOKEN_LIFETIME: secondsOrNone(3600, 'Lifetime in seconds of the tokens that the sandbox gives.'),
  SANDBOX_TOKEN_REUSE: flag(
    false,
    'Returns the token that exists with its remaining lifetime, as Spring Security OAuth does.',
  ),
  SANDBOX_REFRESH_ROTATION: flag(
    false,
    'Each refresh token works once; using one twice revokes all that came of that login.',
  ),
  SANDBOX_REDIRECT_URI: text(
    {
      description:
        'The redirect URI that is registered with the client, where people are sent after they have logged in.',
      expected: 'a URL without a fragment',
    },
    { default: 'http://127.0.0.1:8231/callback', pattern: '^https?://[^\\s#]+$' },
  ),
})

export type UpstreamSettings = Static<typeof upstreamSchema>
export type SidecarSettings = Static<typeof sidecarSchema>

/** One setting as documentation shows it. */
export type Setting = Readonly<{
  name: string
  /** As it would be written in a configuration file; undefined where there is none or it is derived. */
  default: string | undefined
  /** For people: the default, `required`, `none`, or how it follows from another setting. */
  shownDefault: string
  description: string
  required: boolean
  /** Whether `{name}_FILE` names a file that holds the value. */
  file: boolean
}>

function keyword(property: object, name: string): unknown {
  return Object.entries(property).find(([key]) => key === name)?.[1]
}

function describe({
  properties,
  required,
}: {
  properties: TProperties
  required: readonly string[] | undefined
}): Setting[] {
  return Object.entries(properties).map(([name, property]) => {
    const value = keyword(property, 'default')
    const fallback = value === undefined ? undefined : String(value)
    const mandatory = fallback === undefined && required?.includes(name) === true
    return {
      name,
      default: fallback,
      shownDefault: fallback ?? String(keyword(property, 'shownDefault') ?? (mandatory ? 'required' : 'none')),
      description: String(keyword(property, 'description')),
      required: mandatory,
      file: name in credentialsSchema.properties,
    }
  })
}

/** What the setting should be, to complete "should be …". */
export function expected(properties: TProperties, name: string): string {
  return String(keyword(properties[name] ?? {}, 'expected'))
}

/** The settings (design/promises 2). */
export const settings: readonly Setting[] = [credentialsSchema, upstreamSchema, proxySchema, sidecarSchema].flatMap(
  (schema) => describe(schema),
)

/** The settings of the `sandbox` command (design/promises 6.4). */
export const sandboxSettings: readonly Setting[] = describe(sandboxSchema)
