// Nothing of the heartbeat is loaded without SIDECAR_HEARTBEAT_URL.
import { trust } from '../network/connection.ts'
import type { Config } from '../settings/config.ts'
import { takeEnvironment } from '../settings/environment.ts'
import { proxyFor } from '../settings/proxy-variables.ts'
import { loadLanguage, orEnglish } from '../words/language.ts'
import type { HeartbeatOptions, JobHeartbeat } from './heartbeat.ts'
import type { SignWay } from './send-signs.ts'

/** The settings that a heartbeat needs. */
type HeartbeatConfig = Pick<Config, 'heartbeatUrl' | 'proxies' | 'extraCa'> & Partial<Pick<Config, 'language'>>

/** Starts the heartbeat of a sidecar; undefined without SIDECAR_HEARTBEAT_URL. */
export async function heartbeatIfSet(
  { heartbeatUrl: url, proxies }: HeartbeatConfig,
  options: Omit<HeartbeatOptions, 'proxy'>,
): Promise<{ stop(): Promise<void> } | undefined> {
  if (url === undefined) return undefined
  const { startHeartbeat } = await import('./heartbeat.ts')
  return startHeartbeat(url, { ...options, proxy: proxyFor(url, proxies) })
}

/** Starts the heartbeat of a job; undefined without SIDECAR_HEARTBEAT_URL. */
export async function jobHeartbeatIfSet(
  { heartbeatUrl: url, proxies, extraCa, language: set = 'auto' }: HeartbeatConfig,
  log: SignWay['log'],
): Promise<JobHeartbeat | undefined> {
  if (url === undefined) return undefined
  const { jobHeartbeat } = await import('./heartbeat.ts')
  const secureContext = trust(extraCa, takeEnvironment().NODE_EXTRA_CA_CERTS)
  const language = orEnglish(set)
  await loadLanguage(language)
  return jobHeartbeat(url, { secureContext, proxy: proxyFor(url, proxies), log, language })
}
