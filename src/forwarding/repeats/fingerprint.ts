import type { Hmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Begins a keyed digest. */
export type NewHmac = () => Hmac

/** Whose write it is, and the tenant that it goes to. */
type Identity = Readonly<{ origin: string; tenant: string }>

/** Begins the digest of a write's content; the body follows. No other text under this key begins like it. */
export function contentDigest(
  newHmac: NewHmac,
  { origin, tenant }: Identity,
  { method = '', headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  target: string,
): Hmac {
  const { 'content-type': type = '', 'content-encoding': encoding = '' } = headers
  return newHmac().update(`${JSON.stringify(['write', origin, tenant, method, target, type, encoding])}\n`)
}

/** The digest of an `Idempotency-Key`. */
export function keyDigest(newHmac: NewHmac, { origin, tenant }: Identity, key: string): string {
  return newHmac()
    .update(JSON.stringify(['key', origin, tenant, key]))
    .digest('hex')
}
