import { isDecodable } from './proxy-variables.ts'
import type { Say } from './setting.ts'
import { parseHttpUrl } from './upstream-url.ts'

/** Reads SIDECAR_HEARTBEAT_URL: user and password are percent-encoded and stay in the URL. */
export function parseHeartbeatUrl(text: string, say: Say): URL | undefined {
  const url = parseHttpUrl(text)
  if (!url) return say('should be a URL that begins with https://')
  if (text.includes('#')) return say('should have no fragment; in a password # is written %23')
  return isDecodable(url.username) && isDecodable(url.password)
    ? url
    : say('should have a percent-encoded user and password: % itself is written %25')
}
