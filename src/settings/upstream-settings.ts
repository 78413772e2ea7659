import { readCaFile } from './ca-file.ts'
import { check, type Values } from './check.ts'
import type { Config, ListenAddress } from './config.ts'
import type { Report } from './config-error.ts'
import { parseProxy, proxyFor } from './proxy-variables.ts'
import { expected, proxySchema, upstreamSchema } from './schema.ts'
import { checkNotOwn, isRedirectUri, parseBaseUrl, parseEndpointUrl } from './upstream-url.ts'

/** The part of Config that is about reaching CATAPA. */
export type UpstreamConfig = Pick<
  Config,
  | 'clientAuth'
  | 'scope'
  | 'baseUrl'
  | 'tokenUrl'
  | 'grant'
  | 'authorizeUrl'
  | 'redirectUri'
  | 'pkce'
  | 'extraCa'
  | 'proxy'
>

/** Where tokens come from unless CATAPA_TOKEN_URL says otherwise. */
export function defaultTokenUrl(baseUrl: URL): URL {
  return new URL('/oauth/token', baseUrl)
}

function toProxy(
  name: 'HTTPS_PROXY' | 'HTTP_PROXY',
  text: string | undefined,
  listeners: readonly ListenAddress[],
  report: Report,
): URL | undefined {
  if (text === undefined) return undefined
  const url = parseProxy(text)
  if (url) checkNotOwn(url, listeners, (problem) => report(name, problem))
  else report(name, `should be ${expected(proxySchema.properties, name)}`)
  return url
}

/** Checks the CATAPA_… and proxy settings against each other and the sidecar's own listeners; files are read. */
export function toUpstreamConfig(
  values: Values,
  listeners: readonly ListenAddress[],
  report: Report,
): UpstreamConfig | undefined {
  const checked = check(upstreamSchema, values, report)
  const proxies = check(proxySchema, values, report)
  if (!checked || !proxies) return undefined
  const { CATAPA_BASE_URL, CATAPA_TOKEN_URL, CATAPA_ALLOW_HTTP, CATAPA_CA_FILE } = checked
  const { CATAPA_AUTHORIZE_URL, CATAPA_REDIRECT_URI: redirectUri } = checked

  const sayBase = (problem: string) => report('CATAPA_BASE_URL', problem)
  const sayToken = (problem: string) => report('CATAPA_TOKEN_URL', problem)
  const baseUrl = parseBaseUrl(CATAPA_BASE_URL, CATAPA_ALLOW_HTTP, sayBase)
  const givenTokenUrl = CATAPA_TOKEN_URL && parseEndpointUrl(CATAPA_TOKEN_URL, CATAPA_ALLOW_HTTP, sayToken)
  if (baseUrl) checkNotOwn(baseUrl, listeners, sayBase)
  if (givenTokenUrl) checkNotOwn(givenTokenUrl, listeners, sayToken)
  const sayAuthorize = (problem: string) => report('CATAPA_AUTHORIZE_URL', problem)
  const authorizeUrl = parseEndpointUrl(CATAPA_AUTHORIZE_URL, CATAPA_ALLOW_HTTP, sayAuthorize)
  if (!isRedirectUri(redirectUri)) {
    report('CATAPA_REDIRECT_URI', `should be ${expected(upstreamSchema.properties, 'CATAPA_REDIRECT_URI')}`)
  }

  const extraCa = CATAPA_CA_FILE && readCaFile(CATAPA_CA_FILE, (problem) => report('CATAPA_CA_FILE', problem))
  const via = {
    https: toProxy('HTTPS_PROXY', proxies.HTTPS_PROXY, listeners, report),
    http: toProxy('HTTP_PROXY', proxies.HTTP_PROXY, listeners, report),
    none: proxies.NO_PROXY,
  }
  if (!baseUrl || !authorizeUrl) return undefined
  const tokenUrl = givenTokenUrl || defaultTokenUrl(baseUrl)
  return {
    clientAuth: checked.CATAPA_CLIENT_AUTH,
    scope: checked.CATAPA_SCOPE,
    baseUrl,
    tokenUrl,
    grant: checked.CATAPA_GRANT,
    authorizeUrl,
    redirectUri,
    pkce: checked.CATAPA_PKCE,
    extraCa: extraCa || undefined,
    proxy: { base: proxyFor(baseUrl, via), token: proxyFor(tokenUrl, via) },
  }
}
