import { isDecodable } from './proxy-variables.ts'
import type { Say } from './setting.ts'
import { urlWords } from './url-words.ts'

/** Most time for a command of the store, or for connecting to it (design/promises 11.5). */
export const storeTimeoutMs = 250

/** Reads SIDECAR_CACHE_URL: user and password are percent-encoded and stay in the URL. */
export function parseCacheUrl(text: string, say: Say): URL | undefined {
  if (!/^rediss?:\/\/[^/]/i.test(text) || /[\s\x00-\x1F\x7F]/.test(text) || !URL.canParse(text))
    return say(urlWords().store)
  const url = new URL(text)
  // Judged by the text, since the URL hides an empty query: an unencoded "?" or "#" in a password cuts the URL here.
  if (/[?#]/.test(text)) return say(urlWords().queryOrFragmentInPassword)
  if (url.hostname === '' || url.port === '0') return say(urlWords().store)
  if (!isDecodable(url.username) || !isDecodable(url.password)) {
    return say(urlWords().encoding)
  }
  if (url.username !== '' && url.password === '') {
    return say(urlWords().noPassword)
  }
  return /^(\/\d{0,4})?$/.test(url.pathname) ? url : say(urlWords().database)
}
