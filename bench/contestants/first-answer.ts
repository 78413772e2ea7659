import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Target } from '../load/commands.ts'

/** Polls until the answer is 200. */
export async function untilItAnswers({ port, headers = {} }: { port: number; headers?: Target['headers'] }) {
  const deadline = performance.now() + 20_000
  for (;;) {
    const status = await statusOf(port, headers)
    if (status === 200) return
    if (performance.now() > deadline) throw new Error(`port ${port} answered ${status} for 20 s`)
    await sleep(2)
  }
}

/** A status, or how the connection failed. */
function statusOf(port: number, headers: NonNullable<Target['headers']>): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const path = '/core/v1/companies?page=0'
    const first = Object.entries(headers).map(([name, value]) => [name, [value].flat()[0]])
    const sent = request(
      { port, host: '127.0.0.1', path, headers: Object.fromEntries(first), agent: false },
      (answer) => {
        answer.resume()
        answer.once('end', () => resolve(answer.statusCode))
      },
    )
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    sent.end()
  })
}
