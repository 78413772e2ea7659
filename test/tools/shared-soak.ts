// Sidecars that share one token, as processes of their own, against a server where a new token ends the one before:
// npm run soak:shared -- [--sidecars 10] [--seconds 20] [--lifetime 5] [--alone]. It begins with a cold start, and ends with a
// store that hangs. With --alone they do not share: that is what it is for.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { shop } from '../support/shared-token.ts'
import { demoCredentials, json, runCli } from '../support/sidecar.ts'

const { values } = parseArgs({
  options: {
    sidecars: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '20' },
    lifetime: { type: 'string', default: '5' },
    alone: { type: 'boolean', default: false },
  },
})
const [count, seconds, lifetime] = [values.sidecars, values.seconds, values.lifetime].map(Number) as [
  number,
  number,
  number,
]
/** Between two GETs of one caller. */
const pauseMs = 100

const ends: (() => unknown)[] = []
const t = { after: (end: () => unknown) => ends.unshift(end) }
const { sandboxUrl, valkey, start } = await shop(t, { tokenSingle: true, tokenLifetimeSeconds: lifetime })
const stats = () => json(fetch(`${sandboxUrl}/sandbox/stats`))
const { tenant, clientId, clientSecret } = demoCredentials

async function process(): Promise<string> {
  const { until } = runCli(t, ['start'], {
    CATAPA_BASE_URL: sandboxUrl,
    CATAPA_TENANT: tenant,
    CATAPA_CLIENT_ID: clientId,
    CATAPA_CLIENT_SECRET: clientSecret,
    SIDECAR_LISTEN: '127.0.0.1:0',
    SIDECAR_ADMIN_LISTEN: 'off',
    ...(!values.alone && { SIDECAR_CACHE_URL: valkey.url.href }),
  })
  return (
    /http:\/\/127\.0\.0\.1:\d+/.exec(
      (await until(/"msg":"listening"/)).split('"upstream"')[0]?.split('"address":"')[1] ?? '',
    )?.[0] ?? ''
  )
}

const urls = await Promise.all(Array.from({ length: count }, process))
const seen: Record<number, number> = {}
let slowestMs = 0

async function get(url: string): Promise<void> {
  const began = performance.now()
  const response = await fetch(`${url}/core/v1/employees?size=1`)
  await response.arrayBuffer()
  slowestMs = Math.max(slowestMs, performance.now() - began)
  seen[response.status] = (seen[response.status] ?? 0) + 1
}

async function caller(url: string, until: number): Promise<void> {
  while (performance.now() < until) {
    await get(url)
    await sleep(pauseMs)
  }
}

await Promise.all(urls.map(get))
const coldStart = (await stats()).tokenRequests
const until = performance.now() + seconds * 1000
await Promise.all(urls.map((url) => caller(url, until)))
const { tokenRequests, rejectedTokens } = await stats()

/** How long a renewal takes, in ms. */
async function renewal(tokens: { renew(): Promise<void> }): Promise<number> {
  const began = performance.now()
  await tokens.renew()
  return Math.round(performance.now() - began)
}

const usual = { storeTimeoutMs: undefined }
const one = await start({}, usual)
await one.tokens.get()
const before = await renewal(one.tokens)
valkey.signal('SIGSTOP')
const hanging = [await renewal(one.tokens), await renewal(one.tokens), await renewal(one.tokens)]
const began = performance.now()
await (await start({}, usual)).tokens.get()
const coldWithHanging = Math.round(performance.now() - began)
valkey.signal('SIGCONT')

const failed = Object.entries(seen).reduce((sum, [status, times]) => (status === '200' ? sum : sum + times), 0)
const outcome = {
  sidecars: count,
  shared: !values.alone,
  coldStartTokenRequests: coldStart,
  calls: seen,
  slowestMs: Math.round(slowestMs),
  tokenRequests,
  rejectedOnTheWay: rejectedTokens,
  hangingStore: { renewalMsBefore: before, renewalsMs: hanging, startToFirstTokenMs: coldWithHanging },
}
console.log(JSON.stringify(outcome, null, 2))
const fewest = Math.ceil(seconds / (0.78 * lifetime)) + 1
const passed = failed === 0 && coldStart === 1 && tokenRequests <= fewest + 2 && (hanging[0] ?? 0) - before <= 400
console.log(passed ? 'soak:shared: passed' : 'soak:shared: FAILED')
for (const end of ends) await end()
globalThis.process.exitCode = passed || values.alone ? 0 : 1
