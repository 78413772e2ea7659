import { isDecodable } from './proxy-variables.ts'
import type { Say } from './setting.ts'
import { parseHttpUrl } from './upstream-url.ts'
import { urlWords } from './url-words.ts'

/** Reads SIDECAR_HEARTBEAT_URL: user and password are percent-encoded and stay in the URL. */
export function parseHeartbeatUrl(text: string, say: Say): URL | undefined {
  const url = parseHttpUrl(text)
  if (!url) return say(urlWords().https)
  if (text.includes('#')) return say(urlWords().fragmentInPassword)
  return isDecodable(url.username) && isDecodable(url.password) ? url : say(urlWords().encoding)
}
