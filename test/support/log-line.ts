import type { FinishedRequest } from '../../src/log/finished-request.ts'
import { logged } from '../../src/log/request-line.ts'

export type Told = Partial<FinishedRequest>

const went: FinishedRequest = {
  ...{ requestId: 'a-1', method: 'GET', path: '/core/v1/employees', query: undefined, status: 200, origin: 'catapa' },
  ...{ problem: undefined, detail: undefined, failure: undefined, callerGone: undefined, resent: undefined },
  ...{ durationMs: 3, upstreamMs: 2, requestBytes: 0, responseBytes: 2, caller: 'export', address: '127.0.0.1' },
  ...{
    how: 'key',
    key: undefined,
    wouldHaveBeenRefused: undefined,
    program: 'curl/8.14.1',
    listener: '127.0.0.1:8228',
  },
}

/** A line of the log, as the program writes it. */
export function logLine(told: Told, time = '2026-11-26T07:00:00.000Z'): string {
  return `${JSON.stringify({ level: 'info', time, ...logged({ ...went, ...told }), msg: 'request' })}\n`
}
