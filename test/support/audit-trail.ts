// Trails as tests make and read them. The check is written from docs alone and shares no code with the program.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditEntry, Trail } from '../../src/audit/audit-line.ts'
import { openTrail, type TrailOptions } from '../../src/audit/writing/open-trail.ts'
import { type OpenSegment, openSegment } from '../../src/audit/writing/segment-file.ts'
import type { Ending } from './sidecar.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A folder for a trail that is not there yet. */
export function auditFolder(t: Ending): string {
  const base = temporaryFolder(t)
  return join(base, 'audit')
}

export type Said = { level: 'warn' | 'error'; msg: string; why: unknown }

/** A trail that is stopped at the end of the test, and what it said in the log. */
export async function openTestTrail(
  t: Ending,
  folder: string,
  options: Partial<TrailOptions> = {},
): Promise<Trail & { said: Said[] }> {
  const said: Said[] = []
  const saying = (level: Said['level']) => (facts: unknown, msg?: string) =>
    void said.push({ level, msg: msg ?? '', why: Reflect.get(Object(facts), 'why') })
  const log = { warn: saying('warn'), error: saying('error') } as TrailOptions['log']
  const trail = await openTrail({ folder, keepDays: 400, onFailure: 'writes', log, ...options })
  t.after(() => trail.stop())
  return { ...trail, said }
}

export type AuditLine = { file: string; seq: number; time: string; event: string; prev: string; hash: string } & Record<
  string,
  unknown
>

/** The segments in the order of their first `seq`. */
export function segmentFiles(folder: string): string[] {
  const seqOf = (name: string) => Number(name.slice(-18, -6))
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort((a, b) => seqOf(a) - seqOf(b))
}

/** All lines of a trail, after a look at every hash, `prev`, `seq` and the first line of every segment. */
export function wholeTrail(folder: string): AuditLine[] {
  const lines: AuditLine[] = []
  for (const file of segmentFiles(folder)) {
    const text = readFileSync(join(folder, file), 'utf8')
    assert.ok(text.endsWith('\n'), `${file} ends with a whole line`)
    for (const [index, line] of text.slice(0, -1).split('\n').entries()) {
      const about = `${file}, line ${index + 1}: ${line}`
      const parsed = JSON.parse(line)
      const own = createHash('sha256')
        .update(line.replace(/,"hash":"[0-9a-f]{64}"\}$/, '}'))
        .digest('hex')
      assert.equal(parsed.hash, own, about)
      const before = lines.at(-1)
      if (before !== undefined) {
        assert.equal(parsed.prev, before.hash, about)
        assert.equal(parsed.seq, before.seq + 1, about)
      } else if (parsed.seq === 1) assert.equal(parsed.prev, '0'.repeat(64), about)
      if (index === 0) {
        assert.equal(Number(file.slice(-18, -6)), parsed.seq, about)
        assert.equal(parsed.event === 'segment', parsed.seq > 1, about)
      } else assert.notEqual(parsed.event, 'segment', about)
      lines.push({ ...parsed, file })
    }
  }
  return lines
}

/** A begin line as the sidecar writes it. */
export function beginOf(requestId: string): AuditEntry {
  return {
    event: 'begin',
    caller: 'payroll',
    how: 'key',
    method: 'POST',
    operation: '/core/v1/employees',
    effect: 'write',
    verdict: 'allowed',
    requestId,
    tenant: 'demo',
  }
}

/** A read as the sidecar writes it. */
export function readOf(requestId: string): AuditEntry {
  return { ...beginOf(requestId), event: 'request', method: 'GET', effect: 'read', status: 200, origin: 'catapa' }
}

export type Operation = 'open' | 'write' | 'datasync' | 'truncate'

/**
 * Opens real files whose operations fail when `fault` names an errno; a write leaves half of its bytes first. `done` has
 * what was done, in its order. This stands for a disk: nothing else makes a real one fail at a chosen moment.
 */
export function faultyFiles(fault: (operation: Operation) => string | undefined): {
  open: OpenSegment
  done: string[]
} {
  const done: string[] = []
  function attempt(operation: Operation): void {
    const errno = fault(operation)
    if (errno !== undefined) throw Object.assign(new Error(`${errno} of the test`), { code: errno })
    done.push(operation)
  }
  return {
    done,
    async open(path, isNew) {
      attempt('open')
      const file = await openSegment(path, isNew)
      return {
        async write(bytes, from) {
          try {
            attempt('write')
          } catch (error) {
            await file.write(bytes, from, Math.ceil((bytes.length - from) / 2))
            throw error
          }
          return file.write(bytes, from)
        },
        async datasync() {
          attempt('datasync')
          await file.datasync()
        },
        async truncate(bytes) {
          attempt('truncate')
          await file.truncate(bytes)
        },
        stat: () => file.stat(),
        close: () => file.close(),
      }
    },
  }
}
