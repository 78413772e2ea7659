// Preloaded into the sidecar of `npm run soak -- --shares`. undici itself tells when it writes the head of a request and when
// it has read the head of an answer, so the order of the two is certain: a request that was written after a pause had been
// read was sent during that pause, whatever the clocks and the network do; any other one was on its way.
import diagnostics from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import { bootMs } from './boot-clock.ts'

/** What happened to the exchange of a request with this id. */
export type WireTime = { id: string; at: number } & (
  | { what: 'sent' }
  | { what: 'read'; status: number; retryAfter?: string }
)

const file = process.env.WIRE_TIMES ?? ''
const ids = new WeakMap<object, string>()
let lines = ''

function note(time: WireTime): void {
  lines += `${JSON.stringify(time)}\n`
}

function flush(): void {
  if (lines !== '') appendFileSync(file, lines)
  lines = ''
}

function member(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined
}

diagnostics.subscribe('undici:client:sendHeaders', (message) => {
  const request = member(message, 'request')
  const id = /^x-ledger-id: (\S+)/im.exec(String(member(message, 'headers')))?.[1]
  if (id === undefined || typeof request !== 'object' || request === null) return
  ids.set(request, id)
  note({ id, at: bootMs(), what: 'sent' })
})

diagnostics.subscribe('undici:request:headers', (message) => {
  const request = member(message, 'request')
  const id = typeof request === 'object' && request !== null ? ids.get(request) : undefined
  if (id === undefined) return
  const response = member(message, 'response')
  const fields = [member(response, 'headers')].flat().map(String)
  const retryAfter = fields.find((_, i) => i % 2 === 1 && fields[i - 1]?.toLowerCase() === 'retry-after')
  const status = Number(member(response, 'statusCode'))
  note({ id, at: bootMs(), what: 'read', status, ...(retryAfter !== undefined && { retryAfter }) })
})

if (file !== '') {
  setInterval(flush, 200).unref()
  process.on('exit', flush)
}
