import { isLoopback } from './listen-address.ts'
import type { Say } from './setting.ts'
import { urlWords } from './url-words.ts'

/** An `http:` or `https:` URL; undefined for any other text, blanks and `https:host` included, which `URL` would mend. */
export function parseHttpUrl(text: string): URL | undefined {
  if (!/^https?:\/\/[^/\\?#]/i.test(text) || /[\s\x00-\x1F\x7F]/.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.port === '0' ? undefined : url
}

/** Whether the URL's host is certainly this machine. */
export function isLoopbackUrl(url: URL): boolean {
  return isLoopback(url.hostname.replace(/^\[|\]$/g, ''))
}

/** Reads CATAPA_BASE_URL, an origin. */
export function parseBaseUrl(text: string, say: Say): URL | undefined {
  const url = parseHttpUrl(text)
  if (!url) return say(urlWords().https)
  // Judged by the text, so that empty ones are refused too, as in "https://host/?".
  if (text.includes('@')) say(urlWords().user)
  if (/[?#]/.test(text)) say(urlWords().queryOrFragment)
  if (url.pathname !== '/') say(urlWords().path)
  return url
}

/** Reads CATAPA_TOKEN_URL or CATAPA_AUTHORIZE_URL. */
export function parseEndpointUrl(text: string, say: Say): URL | undefined {
  const url = parseHttpUrl(text)
  if (!url) return say(urlWords().https)
  if (url.username !== '' || url.password !== '') say(urlWords().user)
  if (text.includes('#')) say(urlWords().fragment)
  return url
}

/**
 * Whether the text is fit for CATAPA_REDIRECT_URI. `http:` may lead anywhere: the client's registration decides, and the
 * code that is sent there is of no use without the client's secret.
 */
export function isRedirectUri(text: string): boolean {
  const url = parseHttpUrl(text)
  return url !== undefined && url.username === '' && url.password === '' && !text.includes('#')
}

/** For people: without user, password and query, since a query may hold a key. */
export function withoutSecrets(url: URL): string {
  const login = url.username === '' && url.password === '' ? '' : '***@'
  return `${url.protocol}//${login}${url.host}${url.pathname}${url.search === '' ? '' : '?***'}`
}
