import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { Config, Credentials } from '../../settings/config.ts'
import type { Instant } from '../../time.ts'
import type { AccessToken } from '../token-source.ts'

/** The version of keys and values, so that different forms never meet. */
const version = '1'
const ivBytes = 12
const tagBytes = 16

/** Sidecars for which all of this is the same share a token. */
export type SealedFor = Pick<Config, 'baseUrl' | 'tokenUrl' | 'scope'>

/** Seals and opens tokens in the store, under the keys of one client (design/promises 11.2). */
export type Seal = Readonly<ReturnType<typeof sealOf>>

/**
 * Keys and cipher of one client, all derived from its secret (HKDF, RFC 5869): a reader of the store learns nothing, not even
 * whose token it is, and another secret has other keys.
 */
export function sealOf({ tenant, clientId, clientSecret }: Credentials, { baseUrl, tokenUrl, scope }: SealedFor) {
  const derived = (info: string) => Buffer.from(hkdfSync('sha256', clientSecret, '', `catapa-sidecar ${info}`, 32))
  const client = JSON.stringify([baseUrl.origin, tokenUrl.href, tenant, clientId, scope ?? null])
  const name = createHmac('sha256', derived('name of a shared token')).update(client).digest('hex').slice(0, 32)
  // Braces: a cluster keeps both keys in one place.
  const base = `catapa-sidecar:${version}:{${name}}`
  const tokenKey = `${base}:token`
  const key = derived('shared token')

  /** The text to store; undefined for a token that has expired. */
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

  /** The token in a text of the store, which drops it in `ttlMs`; undefined for any other text and for an expired token. */
  function open(text: string, ttlMs: number, now: Instant): AccessToken | undefined {
    const content = contentOf(text)
    if (content?.tenant !== tenant) return undefined
    const { value, expiresAt, lifetimeMs, lifetimeAssumed, tookMs } = content
    // The shortest of three: our clock may be behind the other sidecar's, while the store counts the time that has passed.
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

/** The time left of a token, in ms: by the clock that leaves less. */
export function remainingMs({ sentAt, lifetimeMs }: AccessToken, now: Instant): number {
  return lifetimeMs - Math.max(now.mono - sentAt.mono, now.wall - sentAt.wall)
}

/** The sealed content; `expiresAt` on the wall clock of the sidecar that asked, `tookMs` from request to answer. */
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
