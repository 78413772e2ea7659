import { type KeptAnswer, keptBytes } from '../exchange/answer.ts'

/** An answer of CATAPA's for a repeat, in memory of its own: `lengths` of names and values, which `bytes` begins with, and the body. */
export type StoredAnswer = Readonly<{ status: number; lengths: readonly number[]; bytes: Buffer }>

/**
 * Copies an answer that was kept back: its pieces are parts of larger ones, which would stay in memory with them.
 *
 * @returns undefined for one over 64 KiB, head included
 */
export function storedAnswer({ head, chunks, bytes: bodyBytes }: KeptAnswer): StoredAnswer | undefined {
  const { status, rawHeaders } = head
  const lengths = rawHeaders.map(({ length }) => length)
  const size = lengths.reduce((sum, length) => sum + length, bodyBytes)
  if (size > keptBytes) return undefined
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  for (const piece of rawHeaders) at += piece.copy(bytes, at)
  for (const piece of chunks) at += piece.copy(bytes, at)
  return { status, lengths, bytes }
}

/** As if it had just come. */
export function asKept({ status, lengths, bytes }: StoredAnswer): KeptAnswer {
  const rawHeaders: Buffer[] = []
  let at = 0
  for (const length of lengths) {
    rawHeaders.push(bytes.subarray(at, at + length))
    at += length
  }
  const body = bytes.subarray(at)
  return { head: { status, rawHeaders, resume: () => {} }, chunks: [body], bytes: body.length }
}
