import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Findings } from './findings.ts'
import { canary, type RequestName } from './ids.ts'
import type { Plants } from './plants.ts'
import type { Timeline } from './timeline.ts'

/** CATAPA's token endpoint, and its judgement of tokens. */
export type Tokens = Readonly<{
  answer(request: IncomingMessage, response: ServerResponse): void
  /** Whether the token is refused. */
  judge(authorization: string | undefined, name: RequestName | undefined): boolean
  /** What explains that this life of a sidecar passes a 401 on, or sends a refused token again. */
  mayPass(sidecar: number, life: number): string | undefined
  /** Ends every token. */
  revoke(): void
  /** From now on a new token ends the one before, or no longer. */
  endOld(does: boolean): void
  /** The next requests fail so. */
  failNext(how: TokenFailure, count: number): void
  /** Only these secrets are right. */
  setSecrets(secrets: readonly string[]): void
  figures: { requests: number; issued: number; refused: number }
}>

export type TokenFailure = '503' | '429' | 'hang' | 'slow' | 'malformed'

type Issued = {
  expiresAt: number
  isEnded: boolean
  /** The lives of sidecars to whom it was refused, and when first; those whom it served. */
  refusedBy: Map<string, number>
  acceptedBy: Set<string>
}
type Ways = { clientId: string; findings: Findings; timeline: Timeline; plants: Plants }

const lifetimeS = 30
/** A request may have been on its way, or this process have stood still. */
const slackMs = 250
/** After a token was refused, requests with it may still be on their way. */
const refusedMs = 1500
const slowMs = 400

export function issueTokens({ clientId, findings, timeline, plants }: Ways): Tokens {
  const issued = new Map<string, Issued>()
  const figures = { requests: 0, issued: 0, refused: 0 }
  let secrets: readonly string[] = []
  let endsOld = false
  let failure: { how: TokenFailure; left: number } = { how: '503', left: 0 }

  function endAll(): void {
    for (const token of issued.values()) token.isEnded = true
  }

  /** Why a refused token may be kept: 401s renew nothing for a while (design/promises 4.9). */
  function mayPass(by: string, now: number): string | undefined {
    const refused = [...issued.values()].flatMap(({ refusedBy, acceptedBy }) => {
      const at = refusedBy.get(by)
      return at === undefined || at < now - 62_000 ? [] : [{ at, isFresh: !acceptedBy.has(by) }]
    })
    if (refused.length > 1 && refused.some(({ isFresh }) => isFresh)) return 'a fresh token was refused, too'
    if (refused.length > 5) return 'tokens were refused five times in a minute'
    return undefined
  }

  function isRight(authorization = ''): boolean {
    const [id, secret = ''] = Buffer.from(authorization.slice(6), 'base64').toString().split(':')
    return id === clientId && secrets.includes(secret)
  }

  function issue(response: ServerResponse): void {
    if (endsOld) {
      endAll()
      timeline.lasts('tokens ended', 0)
    }
    figures.issued += 1
    const text = `tok.${canary}.${figures.issued}`
    const now = performance.now()
    for (const [old, { expiresAt }] of issued) if (expiresAt < now - 120_000) issued.delete(old)
    issued.set(text, { expiresAt: now + lifetimeS * 1000, isEnded: false, refusedBy: new Map(), acceptedBy: new Set() })
    json(response, 200, { access_token: text, token_type: 'bearer', expires_in: lifetimeS })
  }

  return {
    figures,
    mayPass: (sidecar, life) => mayPass(`${sidecar} ${life}`, performance.now()),
    answer(request, response) {
      request.resume()
      figures.requests += 1
      const fails = failure.left > 0
      if (fails) {
        failure.left -= 1
        timeline.lasts('token endpoint', 2000)
      }
      const { how } = failure
      if (fails && how === 'hang') return
      if (fails && how === '503') return json(response, 503, {})
      if (fails && how === '429') return json(response, 429, {}, { 'retry-after': 1 })
      if (fails && how === 'malformed') return json(response, 200, { token: `tok.${canary}` })
      if (!isRight(request.headers.authorization)) return json(response, 401, { error: 'invalid_client' })
      if (fails) setTimeout(() => issue(response), slowMs)
      else issue(response)
    },
    judge(authorization = '', name) {
      const text = authorization.slice(7)
      const token = issued.get(text)
      const now = performance.now()
      if (token === undefined || now > token.expiresAt + slackMs || plants.take('expired-token')) {
        findings.add('no expired token at CATAPA', `${text === '' ? 'none' : 'one'}, by ${JSON.stringify(name)}`)
      }
      const by = `${name?.sidecar} ${name?.life}`
      if (token !== undefined && !token.isEnded && now <= token.expiresAt + slackMs) {
        token.acceptedBy.add(by)
        return false
      }
      figures.refused += 1
      const since = token?.refusedBy.get(by)
      if (since === undefined) token?.refusedBy.set(by, now)
      const forMs = Math.round(now - (since ?? now))
      if ((forMs > refusedMs && mayPass(by, now) === undefined) || plants.take('refused-token')) {
        const what = `${text} by ${JSON.stringify(name)}, ${forMs} ms after it was first refused`
        findings.add('no refused or replaced token is sent again', what)
      }
      return true
    },
    revoke() {
      endAll()
      timeline.lasts('tokens ended', 0)
    },
    endOld(does) {
      endsOld = does
    },
    failNext(how, left) {
      failure = { how, left }
    },
    setSecrets(now) {
      secrets = now
    },
  }
}

function json(response: ServerResponse, status: number, body: unknown, more: Record<string, number> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(body))
}
