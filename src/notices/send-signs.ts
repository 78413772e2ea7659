import type { SecureContext } from 'node:tls'
import type { FastifyBaseLogger } from 'fastify'
import { type Outlet, outlet } from '../network/outlet.ts'
import { because } from '../problems/phrases/transport-phrases.ts'
import { transportFacts } from '../problems/transport.ts'
import { inLanguage, type Language } from '../words/language.ts'
import { type Sign, signRequest } from './heartbeat-request.ts'

export type SignWay = Readonly<{
  secureContext: SecureContext
  /** The outgoing proxy, or none. */
  proxy: URL | undefined
  log: Pick<FastifyBaseLogger, 'info' | 'warn'>
  /** Of words that the receiver gets beside the reasons; English unless told otherwise. */
  language?: Language
}>

/** Most time for one sign. */
export const signTimeoutMs = 10_000

/**
 * Sends signs to the receiver at `url`, each over a connection of its own, since receivers close idle ones before the next sign. One that
 * fails is not tried again; the first is logged, and the first that arrives after it. Logged is the host alone: the rest is a key.
 */
export function sendSigns(url: URL, { secureContext, proxy, log, language = 'en' }: SignWay) {
  const { host } = url
  let failing = false
  let open: Outlet | undefined

  function came(failure: string | undefined): void {
    if (failure !== undefined && !failing) log.warn({ host, failure }, 'the heartbeat does not arrive')
    if (failure === undefined && failing) log.info({ host }, 'the heartbeat arrives again')
    failing = failure !== undefined
  }

  return {
    /** Never rejects. */
    async send(sign: Sign, timeoutMs: number): Promise<void> {
      const request = inLanguage(language, () => signRequest(url, sign))
      if (request === undefined) return
      const way = outlet(url, { secureContext, proxy, connectTimeoutMs: timeoutMs })
      open = way
      try {
        const { status } = await way.send({ ...request, timeoutMs })
        came(status >= 200 && status < 300 ? undefined : `it answered with status ${status}`)
      } catch (error) {
        if (open === way) came(because(transportFacts(error)))
      } finally {
        await way.close()
      }
    },
    /** Gives up the sign under way, if there is one. */
    async giveUp(): Promise<void> {
      const way = open
      open = undefined
      await way?.close()
    },
  }
}
