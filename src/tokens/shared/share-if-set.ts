import type { Config } from '../../settings/config.ts'
import type { Sharing, SharingParts } from './start-sharing.ts'

/** Shares tokens through the store of SIDECAR_CACHE_URL; without that setting nothing of it is loaded. */
export async function share(config: Config, parts: Omit<SharingParts, 'url'>): Promise<Sharing | undefined> {
  const { cacheUrl: url } = config
  if (url === undefined) return undefined
  const { startSharing } = await import('./start-sharing.ts')
  return startSharing(config, { url, ...parts })
}
