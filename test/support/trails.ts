// Makes audit trails for tests of what reads them, from the form alone (design/promises 9.2 and 9.5): it shares no code with the
// writer, whose mistakes it would share.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ending } from './sidecar.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The files of a trail by their names, in their order. The bytes of each as Latin-1, so that any byte can be changed. */
export type Files = Map<string, string>

type Entry = Readonly<Record<string, unknown>>

const begunAt = Date.parse('2026-11-27T08:00:00.000Z')
const zeros = '0'.repeat(64)

/** The bytes of a line, as Latin-1, with the hash that it should have. @param members in their order, without `hash` */
export function sealed(members: Entry): string {
  return sealedText(bytesOf(JSON.stringify(members)))
}

/** As `sealed`, of a text that may have any spelling. */
export function sealedText(text: string): string {
  const hash = createHash('sha256').update(text, 'latin1').digest('hex')
  return `${text.slice(0, -1)},"hash":"${hash}"}`
}

/** A line as it is hashed: without its hash. */
export function unsealed(line: string): string {
  return line.replace(/,"hash":"[0-9a-f]{64}"\}$/, '}')
}

/** A line with other members in place of some of its own, and the right hash. */
export function forged(line: string, changes: Entry): string {
  return sealed({ ...JSON.parse(textOf(unsealed(line))), ...changes })
}

export function hashOf(line: string): string {
  return line.slice(-66, -2)
}

function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}

function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString()
}

export type TrailMaker = {
  readonly files: Files
  head(): { seq: number; hash: string }
  /** Adds a line `afterMs` after the one before. @returns its `seq` */
  add(entry: Entry, afterMs?: number): number
  /** Begins a segment. */
  segment(afterMs?: number): void
  /** Forgets the first segment, as retention does, and adds the line that says so. @param changes to its `detail` */
  retire(changes?: Entry): void
}

/** `old`: as segments were written before they said when the line before was. */
export function trailMaker({ old = false } = {}): TrailMaker {
  const files: Files = new Map()
  let head = { seq: 0, hash: zeros }
  let at = begunAt
  let name = ''

  function begin(): void {
    const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
    name = `audit-${time}-${String(head.seq + 1).padStart(12, '0')}.jsonl`
    files.set(name, '')
  }

  function add(entry: Entry, afterMs = 1000): number {
    at += afterMs
    if (name === '') begin()
    return write(entry)
  }

  function write(entry: Entry): number {
    const seq = head.seq + 1
    const isGuarded = ['fingerprint', 'delivered', 'repeatOf'].some((name) => entry[name] !== undefined)
    const v = entry.traceId !== undefined ? 3 : isGuarded ? 2 : 1
    const line = sealed({ v, seq, time: new Date(at).toISOString(), ...entry, prev: head.hash })
    files.set(name, `${files.get(name)}${line}\n`)
    head = { seq, hash: hashOf(line) }
    return seq
  }

  function segment(afterMs = 1000): void {
    const before = new Date(at).toISOString()
    at += afterMs
    begin()
    write({ event: 'segment', ...(old ? {} : { detail: { before } }) })
  }

  function retire(changes: Entry = {}): void {
    const [first, second] = [...files.keys()]
    if (first === undefined || second === undefined) throw new Error('there is no second segment')
    const [firstSeq, nextSeq] = [first, second].map((file) => Number(file.slice(-18, -6)))
    const detail = { segments: 1, firstSeq, lastSeq: (nextSeq ?? 0) - 1, keepDays: 1, ...changes }
    add({ event: 'retention', detail })
    files.delete(first)
  }

  return { files, head: () => head, add, segment, retire }
}

const who = { caller: 'payroll-export', how: 'key' }
const what = { verdict: 'allowed', profile: 'profile read-only' }
const answered = {
  status: 200,
  origin: 'catapa',
  reached: 'yes',
  requestBytes: 0,
  responseBytes: 512,
  durationMs: 12.3,
}

/** The members of a read. */
export function aRead(changes: Entry = {}): Entry {
  const call = { method: 'GET', operation: '/core/v1/employees/{id}', effect: 'read' }
  return ordered({
    event: 'request',
    ...who,
    ...call,
    ...what,
    ...answered,
    requestId: '…',
    tenant: 'demo',
    ...changes,
  })
}

/** The members of the begin of a write. */
export function aBegin(changes: Entry = {}): Entry {
  const call = { caller: 'time-clock', method: 'POST', operation: '/core/v1/employees', effect: 'write' }
  return ordered({ event: 'begin', ...call, verdict: 'allowed', requestId: 'r-1', tenant: 'demo', ...changes })
}

/** The members of its end. */
export function anEnd(begin: number, changes: Entry = {}): Entry {
  return ordered({ ...aBegin(), event: 'end', begin, ...answered, status: 201, ...changes })
}

const order = [
  ...['event', 'begin', 'caller', 'how', 'method', 'operation', 'effect', 'profile', 'verdict', 'status', 'origin'],
  ...['reached', 'requestBytes', 'responseBytes', 'durationMs', 'requestId', 'traceId', 'tenant', 'subject'],
  ...['fingerprint', 'content', 'delivered', 'repeatOf', 'detail'],
]

function ordered(entry: Entry): Entry {
  return Object.fromEntries(order.flatMap((name) => (entry[name] === undefined ? [] : [[name, entry[name]]])))
}

/** Three segments of ten lines each, seq 1 to 30. */
export function threeSegments(options?: { old?: boolean }): TrailMaker {
  const trail = trailMaker(options)
  for (let segment = 0; segment < 3; segment++) {
    if (segment === 0) trail.add({ event: 'start', detail: { version: '0.1.0' } })
    else trail.segment(86_400_000)
    for (let pair = 0; pair < 3; pair++) {
      trail.add(aRead())
      const begin = trail.add(aBegin())
      trail.add(anEnd(begin))
    }
  }
  return trail
}

/** The lines of a file, without their line feeds. */
export function linesOf(files: Files, name: string): string[] {
  return (files.get(name) ?? '').split('\n').slice(0, -1)
}

export function setLines(files: Files, name: string, lines: readonly string[]): void {
  files.set(name, lines.map((line) => `${line}\n`).join(''))
}

/** A folder that lives as long as the test does. */
export function trailFolderOf(t: Ending, files: Files): string {
  const folder = temporaryFolder(t)
  writeFiles(folder, files)
  return folder
}

export function writeFiles(folder: string, files: Files): void {
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes, 'latin1')
}
