import type { ListenAddress } from './config.ts'
import { isLoopback, leadsTo } from './listen-address.ts'

type Say = (problem: string) => void

/** An `http:` or `https:` URL; undefined for what is none. Blanks and `https:host` are no URLs here, though URL mends them. */
export function parseHttpUrl(text: string): URL | undefined {
  if (!/^https?:\/\/[^/\\?#]/i.test(text) || /[\s\x00-\x1F\x7F]/.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.port === '0' ? undefined : url
}

/** Whether the URL's host is sure to be this machine. */
export function isLoopbackUrl(url: URL): boolean {
  return isLoopback(url.hostname.replace(/^\[|\]$/g, ''))
}

function checkHttp(url: URL, allowHttp: boolean, say: Say): void {
  if (url.protocol === 'http:' && !allowHttp && !isLoopbackUrl(url)) {
    say(
      'should begin with https://, since credentials would be sent unencrypted; CATAPA_ALLOW_HTTP=true allows http://',
    )
  }
}

/** Reads CATAPA_BASE_URL, an origin. */
export function parseBaseUrl(text: string, allowHttp: boolean, say: Say): URL | undefined {
  const url = parseHttpUrl(text)
  if (!url) {
    say('should be a URL that begins with https://')
    return undefined
  }
  checkHttp(url, allowHttp, say)
  // Also where they are empty, as in "https://host/?": the text is not what it should be.
  if (text.includes('@')) say('should have no user or password in it')
  if (/[?#]/.test(text)) say('should have no query or fragment')
  if (url.pathname !== '/') say('should be an origin without a path: the paths come from the callers')
  return url
}

/** Reads CATAPA_TOKEN_URL or CATAPA_AUTHORIZE_URL. */
export function parseEndpointUrl(text: string, allowHttp: boolean, say: Say): URL | undefined {
  const url = parseHttpUrl(text)
  if (!url) {
    say('should be a URL that begins with https://')
    return undefined
  }
  checkHttp(url, allowHttp, say)
  if (url.username !== '' || url.password !== '') say('should have no user or password in it')
  if (text.includes('#')) say('should have no fragment')
  return url
}

/**
 * Whether the text will do as CATAPA_REDIRECT_URI. `http:` may lead anywhere: what is registered with the client is not
 * ours to choose, and the code that is sent there is of no use without the client's secret.
 */
export function isRedirectUri(text: string): boolean {
  const url = parseHttpUrl(text)
  return url !== undefined && url.username === '' && url.password === '' && !text.includes('#')
}

/** Says so when the URL leads to one of the sidecar's own listeners: it would call itself. */
export function checkNotOwn(url: URL, listeners: readonly ListenAddress[], say: Say): void {
  if (listeners.some((listener) => leadsTo(url, listener))) {
    say("should not be one of the sidecar's own listeners: it would call itself")
  }
}
