import { setImmediate as settle } from 'node:timers/promises'
import { cached } from '../../src/tokens/cache/token-cache.ts'
import { shared } from '../../src/tokens/shared/shared-token.ts'
import type { AccessToken, TokenSource } from '../../src/tokens/token-source.ts'
import { testClock } from './clock.ts'
import { table } from './docs-tables.ts'
import { memoryStore } from './memory-store.ts'
import { seededRandom } from './random.ts'

/** What a token request does to the tokens that are there: nothing; it hands the same one back; it ends them. */
const serverKinds = ['side by side', 'same again', 'ends the old'] as const
type Case = Readonly<{ kind: (typeof serverKinds)[number]; sidecars: number; cache: boolean }>

const minute = 60_000
const hour = 60 * minute
const times = { refreshMarginMs: 5 * minute, tokenWaitMs: 15_000, idleCheckMs: 6 * hour }
const credentials = { tenant: 'demo', clientId: 'client', clientSecret: 'hush' }
const url = new URL('https://api.example.com')
const place = {
  baseUrl: url,
  tokenUrl: url,
  scope: undefined,
  tokenTimeoutMs: 5000,
  underWay: new Set<() => Promise<void>>(),
}

/**
 * A day of sidecars that start together, each with a GET every five minutes, before a server whose tokens live for an hour:
 * the program's own token cache and shared token, on a clock that runs faster.
 */
async function day({ kind, sidecars, cache }: Case) {
  const clock = testClock()
  const random = seededRandom(20_261_201)
  const store = memoryStore(clock)
  const asked = new Map<number, number>()
  const seen = { requests: 0, refused: 0, failed: 0 }
  let good: { value: string; until: number }[] = []

  const grant: TokenSource = async () => {
    const sentAt = clock.now()
    seen.requests += 1
    const second = Math.floor(sentAt.mono / 1000)
    asked.set(second, (asked.get(second) ?? 0) + 1)
    await clock.pass(50)
    const now = clock.now().mono
    good = good.filter(({ until }) => until > now)
    const [before] = good
    const issued = kind === 'same again' && before ? before : { value: `token-${seen.requests}`, until: now + hour }
    good = kind === 'side by side' ? [...good, issued] : [issued]
    await clock.pass(50)
    const lifetimeMs = 1000 * Math.floor((issued.until - now) / 1000)
    const receivedAtMono = clock.now().mono
    return { value: issued.value, tenant: 'demo', sentAt, receivedAtMono, lifetimeMs, lifetimeAssumed: false }
  }

  async function isAccepted(token: AccessToken): Promise<boolean> {
    await clock.pass(40)
    const accepted = good.some(({ value, until }) => value === token.value && until > clock.now().mono)
    await clock.pass(40)
    return accepted
  }

  for (let id = 0; id < sidecars; id += 1) {
    const options = { ...times, clock, random, report() {} }
    const source = cache ? shared(grant, credentials, { ...options, ...place, store: store.connect }) : grant
    const tokens = cached(source, options)
    const call = async () => {
      const token = tokens.current() ?? (await tokens.get())
      const again = (await isAccepted(token)) ? undefined : await tokens.get(token)
      if (again !== undefined) seen.refused += 1
      if (again !== undefined && !(await isAccepted(again))) seen.failed += 1
      else tokens.accepted(again ?? token)
    }
    const callEvery = () => {
      call().catch(() => {
        seen.failed += 1
      })
      clock.after(5 * minute, callEvery)
    }
    tokens.start()
    clock.after((id * 7919) % (5 * minute), callEvery)
  }
  await clock.advance(24 * hour)
  await settle()
  return { ...seen, most: Math.max(...asked.values()) }
}

/** The table of docs/scale.md. */
export async function fleetTable(): Promise<string> {
  const rows: string[][] = []
  for (const kind of serverKinds) {
    for (const sidecars of [1, 2, 10]) {
      for (const cache of [false, true]) {
        const { requests, most, refused, failed } = await day({ kind, sidecars, cache })
        rows.push([kind, `${sidecars}`, cache ? 'yes' : 'no', `${requests}`, `${most}`, `${refused}`, `${failed}`])
      }
    }
  }
  return table(
    [
      'a new token …',
      'sidecars',
      'cache',
      'token requests',
      'most in a second',
      'GETs that met a 401',
      'GETs that failed',
    ],
    rows,
  )
}
