import { isDecodable } from './proxy-variables.ts'
import type { Say } from './setting.ts'

const form =
  'should be redis://host:port or rediss://host:port, with user:password@ before the host if the store needs it'

/** Most time for a command of the store, or for connecting to it (design/promises 11.5). */
export const storeTimeoutMs = 250

/** Reads SIDECAR_CACHE_URL: user and password are percent-encoded and stay in the URL. */
export function parseCacheUrl(text: string, say: Say): URL | undefined {
  if (!/^rediss?:\/\/[^/]/i.test(text) || /[\s\x00-\x1F\x7F]/.test(text) || !URL.canParse(text)) return say(form)
  const url = new URL(text)
  // Judged by the text, since the URL hides an empty query: an unencoded "?" or "#" in a password cuts the URL here.
  if (/[?#]/.test(text)) return say('should have no query or fragment; in a password ? is written %3F, and # is %23')
  if (url.hostname === '' || url.port === '0') return say(form)
  if (!isDecodable(url.username) || !isDecodable(url.password)) {
    return say('should have a percent-encoded user and password: % itself is written %25')
  }
  if (url.username !== '' && url.password === '') {
    return say('has a user without a password; a password alone is written as redis://:password@host')
  }
  return /^(\/\d{0,4})?$/.test(url.pathname)
    ? url
    : say('should end with the number of a database, as in /0, or without')
}
