import assert from 'node:assert/strict'
import { raw, type TestSidecar } from './sidecar.ts'

export type Question = {
  method?: string
  /** Byte for byte, as Latin-1. */
  target?: string
  version?: '1.0' | '1.1'
  /** `undefined`: no such header. */
  host?: string | undefined
  /** Whole lines, without the end of line. */
  headers?: string[]
  /** Sent with its length. */
  body?: string
}

export type Answer = {
  status: number
  reason: string
  /** Values by lower-case name, in their order. */
  headers: Map<string, string[]>
  header(name: string): string | undefined
  body: string
}

/** Asks the sidecar with exactly these bytes on a connection of its own, and reads its one answer. */
export async function ask({ port }: Pick<TestSidecar, 'port'>, question: Question = {}): Promise<Answer> {
  const { method = 'GET', target = '/core/v1/employees', version = '1.1', headers = [], body } = question
  const host = 'host' in question ? question.host : `localhost:${port}`
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...(host === undefined ? [] : [`Host: ${host}`]),
    ...headers,
    ...(body === undefined ? [] : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]),
    ...(headers.some((line) => /^connection:/i.test(line)) ? [] : ['Connection: close']),
  ]
  return parseAnswer(await raw(port, `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`))
}

/** One answer as it came over the wire. */
export function parseAnswer(bytes: string): Answer {
  const end = bytes.indexOf('\r\n\r\n')
  assert.notEqual(end, -1, `no whole answer: ${JSON.stringify(bytes.slice(0, 200))}`)
  const [first = '', ...lines] = bytes.slice(0, end).split('\r\n')
  const [, status, reason = ''] = /^HTTP\/1\.1 (\d{3}) (.*)$/.exec(first) ?? []
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]+): ?(.*)$/.exec(line) ?? []
    headers.set(name.toLowerCase(), [...(headers.get(name.toLowerCase()) ?? []), value])
  }
  const body = bytes.slice(end + 4)
  return {
    status: Number(status),
    reason,
    headers,
    header: (name) => headers.get(name.toLowerCase())?.join(', '),
    body: headers.has('transfer-encoding') ? joined(body) : body,
  }
}

function joined(chunked: string): string {
  let body = ''
  for (let rest = chunked; ; ) {
    const size = /^([0-9a-f]+)\r\n/i.exec(rest)
    if (size === null) return body
    const start = size[0].length
    const end = start + Number.parseInt(size[1] ?? '', 16)
    body += rest.slice(start, end)
    rest = rest.slice(end + 2)
  }
}

/** Asserts that the sidecar itself refused with this problem, in the form of design/promises 3.15. */
export function assertRefused(answer: Answer, code: string, what = ''): Record<string, unknown> {
  assert.equal(answer.header('x-catapa-sidecar-error'), code, `${what}: ${answer.status} ${answer.body.slice(0, 300)}`)
  const problem: Record<string, unknown> = JSON.parse(answer.body)
  assert.equal(problem.code, code)
  assert.equal(problem.status, answer.status)
  assert.equal(problem.reached, 'no')
  return problem
}
