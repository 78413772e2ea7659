import { hash } from 'node:crypto'
import { jsonObject } from '../words/member-at.ts'
import { type AuditEntry, type ChainHead, membersOf, versionOf } from './audit-line.ts'

/** An audit line with its line feed, and the head of the trail after it. */
export type ChainedLine = Readonly<{ text: string; head: ChainHead }>

/**
 * The audit line of an entry after `before` (design/promises 9.2 and 9.5). Its hash is that of the same text without the last
 * member, `hash`. No member of `detail` may be called `hash`, since a reader who removes it by hand takes the first one.
 */
export function lineAfter(before: ChainHead, entry: AuditEntry, at: number): ChainedLine {
  const seq = before.seq + 1
  const time = new Date(at).toISOString()
  const members = JSON.stringify(membersOf(entry)).slice(1, -1)
  const text = `{"v":${versionOf(entry)},"seq":${seq},"time":"${time}",${members},"prev":"${before.hash}"}`
  const own = hash('sha256', text, 'hex')
  return { text: `${text.slice(0, -1)},"hash":"${own}"}\n`, head: { seq, hash: own } }
}

/** The place of a line, as the line itself states it. */
export type ReadPosition = Readonly<{
  head: ChainHead
  at: number /** Its hash is that of its bytes. */
  intact: boolean
}>

/** @returns undefined for a text that is no line of a trail */
export function positionOf(line: string): ReadPosition | undefined {
  const [, hashed, own = ''] = lineEnd.exec(line) ?? []
  const { seq, time } = (hashed === undefined ? undefined : jsonObject(line)) ?? {}
  const at = Date.parse(String(time))
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1 || Number.isNaN(at)) return undefined
  return { head: { seq, hash: own }, at, intact: hash('sha256', `${hashed}}`, 'hex') === own }
}

const lineEnd = /^(.*),"hash":"([0-9a-f]{64})"\}$/s
