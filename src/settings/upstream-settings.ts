import { readCaFile } from './ca-file.ts'
import { expectedWords } from './expected-words.ts'
import { parseProxy } from './proxy-variables.ts'
import { choice, flag, implied, optional, type Say, text } from './setting.ts'
import { isRedirectUri, parseBaseUrl, parseEndpointUrl, withoutSecrets } from './upstream-url.ts'

/** The settings about CATAPA, without the credentials. */
export const upstreamSettings = {
  /** CATAPA's origin: no path, query or user. */
  baseUrl: text('CATAPA_BASE_URL', 'https://api.catapa.com', {
    description:
      "CATAPA's address, an origin without path or query; http: only to a loopback host, or with CATAPA_ALLOW_HTTP=true.",
    expected: () => expectedWords().baseUrl,
    read: parseBaseUrl,
    show: ({ origin }) => origin,
  }),
  tokenUrl: optional('CATAPA_TOKEN_URL', {
    shownDefault: '{base}/oauth/token',
    description:
      'The token endpoint; the default is /oauth/token at the base URL. For http: the rule of CATAPA_BASE_URL holds.',
    expected: () => expectedWords().endpointUrl,
    read: parseEndpointUrl,
    show: withoutSecrets,
  }),
  allowHttp: implied(flag('CATAPA_ALLOW_HTTP', false, { description: 'Allows http: to a host that is not loopback.' })),
  scope: optional('CATAPA_SCOPE', {
    description: 'Requested scopes, separated by one space.',
    expected: () => expectedWords().scope,
    // RFC 6749 §3.3
    schema: { pattern: '^[\\x21\\x23-\\x5B\\x5D-\\x7E]+( [\\x21\\x23-\\x5B\\x5D-\\x7E]+)*$' },
    read: String,
    show: String,
  }),
  clientAuth: choice(
    'CATAPA_CLIENT_AUTH',
    ['client_secret_basic', 'client_secret_basic_encoded', 'client_secret_post'],
    'client_secret_basic',
    {
      description:
        "How the client authenticates: client_secret_basic is raw Basic as CATAPA's SDK sends it, client_secret_basic_encoded is Basic as in RFC 6749, client_secret_post sends id and secret in the body.",
    },
  ),
  /** PEM text of CAs trusted in addition to the usual ones. */
  extraCa: optional('CATAPA_CA_FILE', {
    description:
      "PEM file of CAs trusted in addition to Node's own, NODE_EXTRA_CA_CERTS and, where Node can read it (22.15 and later), the system's store.",
    expected: () => expectedWords().caFile,
    read: (path, say) => readCaFile(path, say),
    show: () => '(read)',
  }),
  /** The identity of calls: the client itself, or a person who has logged in (design/promises 7.1). */
  grant: choice('CATAPA_GRANT', ['client_credentials', 'authorization_code'], 'client_credentials', {
    description:
      'Identity that calls have in CATAPA. client_credentials: the OAuth client itself; authorization_code: the person logged in with catapa-sidecar login.',
  }),
  authorizeUrl: text('CATAPA_AUTHORIZE_URL', 'https://accounts.catapa.com/oauth2/authorize', {
    description:
      'The authorization endpoint, where login sends the browser. For http: the rule of CATAPA_BASE_URL holds.',
    expected: () => expectedWords().endpointUrl,
    read: parseEndpointUrl,
    show: withoutSecrets,
  }),
  /** Kept as it was written: authorization servers compare it letter by letter with the registered one. */
  redirectUri: text('CATAPA_REDIRECT_URI', 'http://127.0.0.1:8231/callback', {
    description:
      'Address that the browser comes back to after a login, exactly as it is registered with the OAuth client. If it is a loopback address, login listens there.',
    expected: () => expectedWords().redirectUri,
    read: (uri, say) => (isRedirectUri(uri) ? uri : say()),
    show: (uri) => withoutSecrets(new URL(uri)),
  }),
  pkce: flag('CATAPA_PKCE', true, { description: 'Sends a code challenge (PKCE, S256) with a login.' }),
}

const proxyUrl = {
  expected: () => expectedWords().proxy,
  read: (url: string, say: Say) => parseProxy(url) ?? say(),
}

/** The usual variables; their lower-case spellings win (`sources.ts`). The page shows the proxy of each endpoint instead. */
export const proxySettings = {
  httpsProxy: optional('HTTPS_PROXY', {
    description: 'Outgoing proxy for https: targets; the lower-case spelling wins.',
    ...proxyUrl,
  }),
  httpProxy: optional('HTTP_PROXY', {
    description: 'Outgoing proxy for http: targets that are not loopback; the lower-case spelling wins.',
    ...proxyUrl,
  }),
  noProxy: optional('NO_PROXY', {
    description:
      'Targets that are reached directly: names, suffixes, host:port, or * for all; the lower-case spelling wins.',
    expected: () => expectedWords().noProxy,
    read: String,
  }),
}
