/** The OAuth client and the tenant that it works for. These can change while the sidecar runs, together. */
export type Credentials = Readonly<{ tenant: string; clientId: string; clientSecret: string }>

/** Where to listen. `localhost` is 127.0.0.1 and ::1 with one port; port 0 means any free one. */
export type ListenAddress =
  | Readonly<{ kind: 'localhost'; port: number }>
  | Readonly<{ kind: 'tcp'; host: string; port: number }>
  | Readonly<{ kind: 'unix'; path: string; mode: number }>

/** Every setting, checked and in the program's own units. Made by `readConfig` only. */
export type Config = Readonly<{
  credentials: Credentials
  clientAuth: 'client_secret_basic' | 'client_secret_basic_encoded' | 'client_secret_post'
  scope: string | undefined
  /** The upstream's origin: no path, query or user. */
  baseUrl: URL
  tokenUrl: URL
  /** As whom calls are made: the client itself, or a person who has logged in (design/promises 7.1). */
  grant: 'client_credentials' | 'authorization_code'
  authorizeUrl: URL
  /** As it was written: authorization servers compare it letter by letter with what is registered. */
  redirectUri: string
  pkce: boolean
  /** PEM text of CAs trusted in addition to the usual ones. */
  extraCa: string | undefined
  /** The corporate proxy that each endpoint is reached through; undefined is directly. */
  proxy: Readonly<{ base: URL | undefined; token: URL | undefined }>
  listen: readonly ListenAddress[]
  /** Empty when the admin listener is off. */
  adminListen: readonly ListenAddress[]
  adminTrustNetwork: boolean
  /** Lower case, without port. */
  allowedHosts: ReadonlySet<string>
  /** As browsers send them in `Origin`: scheme, host and a port that is not the scheme's default. */
  allowedOrigins: ReadonlySet<string>
  placeholderToken: boolean
  refreshMarginMs: number
  /** 0: never. */
  idleCheckMs: number
  tokenTimeoutMs: number
  tokenWaitMs: number
  replay: 'off' | 'safe' | 'buffered'
  connectTimeoutMs: number
  responseTimeoutMs: number
  bodyTimeoutMs: number
  upstreamConnections: number
  maxWaiting: number
  queueTimeoutMs: number
  /** Infinity: no limit. */
  maxBodyBytes: number
  shutdownDelayMs: number
  shutdownGraceMs: number
  /** The folder of the login, absolute. */
  stateDir: string
  quit: boolean
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  logFormat: 'json' | 'pretty' | 'auto'
  /** Sentences to log once at start: unknown names, ignored variables. Never a value. */
  warnings: readonly string[]
}>
