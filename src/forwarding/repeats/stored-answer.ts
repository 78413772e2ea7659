import { type KeptAnswer, keptBytes } from '../exchange/answer.ts'

/** An answer of CATAPA's for a repeat, in memory of its own. */
export type StoredAnswer = Readonly<{ status: number; rawHeaders: readonly Buffer[]; body: Buffer; bytes: number }>

/**
 * Copies an answer that was kept back: its pieces are parts of larger ones, which would stay in memory with them.
 *
 * @returns undefined for one over 64 KiB, head included
 */
export function storedAnswer({ head, chunks, bytes: bodyBytes }: KeptAnswer): StoredAnswer | undefined {
  const { status, rawHeaders } = head
  const headBytes = rawHeaders.reduce((sum, { length }) => sum + length, 0)
  const bytes = headBytes + bodyBytes
  if (bytes > keptBytes) return undefined
  const all = Buffer.concat([...rawHeaders, ...chunks], bytes)
  const headers: Buffer[] = []
  let at = 0
  for (const { length } of rawHeaders) {
    headers.push(all.subarray(at, at + length))
    at += length
  }
  return { status, rawHeaders: headers, body: all.subarray(headBytes), bytes }
}

/** As if it had just come. */
export function asKept({ status, rawHeaders, body }: StoredAnswer): KeptAnswer {
  return { head: { status, rawHeaders, resume: () => {} }, chunks: [body], bytes: body.length }
}
