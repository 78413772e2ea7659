import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Dispatcher, Pool } from 'undici'

/** What a refusal of the token endpoint tells beyond its code. Nothing of its text is kept. */
export type Refusal = { status: number; aboutTenant: boolean }

/** A pool for one token request that looks at a refusal in passing. An answer that may hold a token is not touched. */
export function watchedPool(pool: Pool, refused: (refusal: Refusal) => void): Pool {
  const request = async (options: Dispatcher.RequestOptions) => {
    const answer = await pool.request(options)
    const { statusCode: status, body } = answer
    if (status < 400 || status >= 500) return answer
    const said = await text(body)
    refused({ status, aboutTenant: /tenant/i.test(said) })
    return { ...answer, body: Readable.from([Buffer.from(said)]) }
  }
  return Object.create(pool, { request: { value: request } })
}
