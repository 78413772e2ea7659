import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { Config, Credentials } from '../../settings/config.ts'
import type { Instant } from '../../time.ts'
import type { AccessToken } from '../token-source.ts'

/** Of keys and values: another form gets another number, and the two never meet. */
const version = '1'
const ivBytes = 12
const tagBytes = 16

/** Whose token it is: sidecars of which all of this is the same share one. */
export type SealedFor = Pick<Config, 'baseUrl' | 'tokenUrl' | 'scope'>

/** A token as it lies in the store, under the keys of one client (design/promises 11.2). */
export type Seal = Readonly<{
  tokenKey: string
  lockKey: string
  /** The text to be stored; undefined where the token has no life left. */
  seal(token: AccessToken, now: Instant): string | undefined
  /** The token in a text of the store, `ttlMs` before the store drops it; undefined for whatever is none, or is over. */
  open(text: string, ttlMs: number, now: Instant): AccessToken | undefined
}>

/**
 * The keys and the cipher of one client, all of them from its secret (HKDF, RFC 5869): who can read the store learns
 * nothing, not even whose token it is, and another secret has other keys.
 */
export function sealOf({ tenant, clientId, clientSecret }: Credentials, { baseUrl, tokenUrl, scope }: SealedFor): Seal {
  const derived = (info: string) => Buffer.from(hkdfSync('sha256', clientSecret, '', `catapa-sidecar ${info}`, 32))
  const client = JSON.stringify([baseUrl.origin, tokenUrl.href, tenant, clientId, scope ?? null])
  const name = createHmac('sha256', derived('name of a shared token')).update(client).digest('hex').slice(0, 32)
  // Braces: a cluster keeps both keys in one place.
  const base = `catapa-sidecar:${version}:{${name}}`
  const tokenKey = `${base}:token`
  const key = derived('shared token')

  function seal(token: AccessToken, now: Instant): string | undefined {
    if (remainingMs(token, now) <= 0) return undefined
    const { sentAt, receivedAtMono, value, lifetimeMs, lifetimeAssumed } = token
    const expiresAt = sentAt.wall + lifetimeMs
    const content: Content = {
      value,
      tenant,
      expiresAt,
      lifetimeMs,
      lifetimeAssumed,
      tookMs: receivedAtMono - sentAt.mono,
    }
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(tokenKey))
    const sealed = [iv, cipher.update(JSON.stringify(content)), cipher.final(), cipher.getAuthTag()]
    return `${version}.${Buffer.concat(sealed).toString('base64url')}`
  }

  function open(text: string, ttlMs: number, now: Instant): AccessToken | undefined {
    const content = contentOf(text)
    if (content?.tenant !== tenant) return undefined
    const { value, expiresAt, lifetimeMs, lifetimeAssumed, tookMs } = content
    // By the clock that says less: this one may be behind the other sidecar's, and the store counts what has passed.
    const leftMs = Math.min(expiresAt - now.wall, ttlMs, lifetimeMs)
    if (leftMs <= 0) return undefined
    const ageMs = lifetimeMs - leftMs
    const sentAt = { mono: now.mono - ageMs, wall: now.wall - ageMs }
    return { value, tenant, sentAt, receivedAtMono: sentAt.mono + tookMs, lifetimeMs, lifetimeAssumed }
  }

  function contentOf(text: string): Content | undefined {
    if (!text.startsWith(`${version}.`)) return undefined
    const bytes = Buffer.from(text.slice(version.length + 1), 'base64url')
    try {
      const options = { authTagLength: tagBytes }
      const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), options)
      cipher.setAAD(Buffer.from(tokenKey)).setAuthTag(bytes.subarray(-tagBytes))
      const opened = Buffer.concat([cipher.update(bytes.subarray(ivBytes, -tagBytes)), cipher.final()])
      const content: unknown = JSON.parse(opened.toString())
      return isContent(content) ? content : undefined
    } catch {
      return undefined
    }
  }

  return { tokenKey, lockKey: `${base}:lock`, seal, open }
}

/** What is left of a token that was just obtained: by the clock that says less. */
export function remainingMs({ sentAt, lifetimeMs }: AccessToken, now: Instant): number {
  return lifetimeMs - Math.max(now.mono - sentAt.mono, now.wall - sentAt.wall)
}

/** What is sealed; `expiresAt` on the wall clock of who asked, `tookMs` from request to answer. */
type Content = Readonly<Pick<AccessToken, 'value' | 'tenant' | 'lifetimeMs' | 'lifetimeAssumed'>> &
  Readonly<{ expiresAt: number; tookMs: number }>

function isContent(content: unknown): content is Content {
  if (typeof content !== 'object' || content === null) return false
  const member = (name: keyof Content): unknown => Reflect.get(content, name)
  const numbers = [member('expiresAt'), member('lifetimeMs'), member('tookMs')]
  const value = member('value')
  return (
    typeof value === 'string' &&
    /^[\x21-\x7e]+$/.test(value) &&
    typeof member('tenant') === 'string' &&
    typeof member('lifetimeAssumed') === 'boolean' &&
    numbers.every(Number.isFinite)
  )
}
