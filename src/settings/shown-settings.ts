import type { Config, Credentials, ListenAddress } from './config.ts'

export type ShownSetting = { name: string; value: string }

const hidden = '(set, not shown)'

/**
 * The settings in effect, as the page shows them: no secret, no password of a proxy. The log level can change. What others
 * merely permit (CATAPA_ALLOW_HTTP, SIDECAR_TRUST_NETWORK) shows in the addresses.
 */
export function shownSettings(config: Config, { tenant, clientId }: Credentials, logLevel: string): ShownSetting[] {
  const shown: Record<string, string> = {
    CATAPA_TENANT: tenant,
    CATAPA_CLIENT_ID: clientId,
    CATAPA_CLIENT_SECRET: hidden,
    CATAPA_BASE_URL: config.baseUrl.origin,
    CATAPA_TOKEN_URL: withoutSecrets(config.tokenUrl),
    CATAPA_SCOPE: config.scope ?? 'none',
    CATAPA_CLIENT_AUTH: config.clientAuth,
    CATAPA_GRANT: config.grant,
    CATAPA_AUTHORIZE_URL: withoutSecrets(config.authorizeUrl),
    CATAPA_REDIRECT_URI: withoutSecrets(new URL(config.redirectUri)),
    CATAPA_PKCE: String(config.pkce),
    CATAPA_CA_FILE: config.extraCa === undefined ? 'none' : '(read)',
    'HTTPS_PROXY or HTTP_PROXY, for the API': proxy(config.proxy.base),
    'HTTPS_PROXY or HTTP_PROXY, for the token endpoint': proxy(config.proxy.token),
    SIDECAR_LISTEN: config.listen.map(address).join(' '),
    SIDECAR_ADMIN_LISTEN: config.adminListen.map(address).join(' ') || 'off',
    SIDECAR_ADMIN_TRUST_NETWORK: String(config.adminTrustNetwork),
    SIDECAR_ALLOWED_HOSTS: [...config.allowedHosts].join(' ') || 'none',
    SIDECAR_ALLOWED_ORIGINS: [...config.allowedOrigins].join(' ') || 'none',
    SIDECAR_PLACEHOLDER_TOKEN: String(config.placeholderToken),
    SIDECAR_REFRESH_MARGIN: seconds(config.refreshMarginMs),
    SIDECAR_IDLE_CHECK: seconds(config.idleCheckMs),
    SIDECAR_TOKEN_TIMEOUT: seconds(config.tokenTimeoutMs),
    SIDECAR_TOKEN_WAIT: seconds(config.tokenWaitMs),
    SIDECAR_REPLAY: config.replay,
    SIDECAR_CONNECT_TIMEOUT: seconds(config.connectTimeoutMs),
    SIDECAR_RESPONSE_TIMEOUT: seconds(config.responseTimeoutMs),
    SIDECAR_BODY_TIMEOUT: seconds(config.bodyTimeoutMs),
    SIDECAR_UPSTREAM_CONNECTIONS: String(config.upstreamConnections),
    SIDECAR_MAX_WAITING: String(config.maxWaiting),
    SIDECAR_QUEUE_TIMEOUT: seconds(config.queueTimeoutMs),
    SIDECAR_MAX_BODY: Number.isFinite(config.maxBodyBytes) ? String(config.maxBodyBytes) : '0',
    SIDECAR_SHUTDOWN_DELAY: seconds(config.shutdownDelayMs),
    SIDECAR_SHUTDOWN_GRACE: seconds(config.shutdownGraceMs),
    SIDECAR_STATE_DIR: config.stateDir,
    SIDECAR_QUIT: String(config.quit),
    SIDECAR_LOG_LEVEL: logLevel,
    SIDECAR_LOG_FORMAT: config.logFormat,
  }
  return Object.entries(shown).map(([name, value]) => ({ name, value }))
}

function seconds(ms: number): string {
  return String(ms / 1000)
}

/** User and password belong together; a query of a token URL may be a key. */
function withoutSecrets(url: URL): string {
  const login = url.username === '' && url.password === '' ? '' : '***@'
  return `${url.protocol}//${login}${url.host}${url.pathname}${url.search === '' ? '' : '?***'}`
}

function proxy(url: URL | undefined): string {
  return url === undefined ? 'none' : withoutSecrets(url).replace(/\/$/, '')
}

function address(listen: ListenAddress): string {
  if (listen.kind === 'unix') return `unix:${listen.path},mode=0${listen.mode.toString(8)}`
  if (listen.kind === 'localhost') return `localhost:${listen.port}`
  return `${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}`
}
