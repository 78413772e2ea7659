// Those who listen to the sidecars besides CATAPA: receivers of notices, and a collector of traces.
import { createServer } from 'node:http'
import { readRequest } from '../../support/otlp.ts'
import { type Ending, listenOnFreePort } from '../../support/sidecar.ts'
import type { Findings } from './findings.ts'
import { canary } from './ids.ts'
import type { Outputs } from './outputs.ts'
import type { People } from './people.ts'

export type Listeners = Readonly<{
  /** SIDECAR_NOTIFY_URL of a sidecar. */
  notifyUrl(sidecar: number): string
  collectorUrl: string
  figures: { spans: number }
}>

/** What they get is judged as it comes. */
export async function startListeners(
  t: Ending,
  { told, outputs, findings }: { told: readonly People[]; outputs: Outputs; findings: Findings },
): Promise<Listeners> {
  const figures = { spans: 0 }
  const server = createServer((request, response) => {
    let body = ''
    request.on('error', () => {})
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const isTrace = request.url === '/v1/traces'
      outputs.look(isTrace ? 'traces' : 'notices', body)
      response.setHeader('content-type', 'application/json').end('{}')
      if (isTrace) figures.spans += spansIn(body, findings)
      else told[Number(request.url?.at(-1))]?.hear(body)
    })
  })
  const port = await listenOnFreePort(t, server)
  return {
    figures,
    notifyUrl: (sidecar) => `json:http://${canary}:${canary}@127.0.0.1:${port}/${canary}/${sidecar}`,
    collectorUrl: `http://127.0.0.1:${port}`,
  }
}

function spansIn(body: string, findings: Findings): number {
  try {
    return readRequest(body).spans.length
  } catch (error) {
    findings.add('traces are well formed', String(error))
    return 0
  }
}
