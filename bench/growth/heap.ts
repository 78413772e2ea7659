import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Contestant } from '../contestants/contestant.ts'

type Heap = { objects: number; bytes: number }

/** V8 collects everything that is dead before it takes a snapshot. */
export async function heapOf({ child }: Contestant, folder: string): Promise<Heap> {
  await sleep(1000)
  child.kill('SIGWINCH')
  const deadline = performance.now() + 120_000
  for (;;) {
    await sleep(1000)
    const written = writtenSnapshot(folder)
    if (written !== undefined) return written
    if (performance.now() > deadline) throw new Error('there was no heap snapshot within two minutes')
  }
}

type HeapSnapshot = { snapshot: { meta: { node_fields: string[] }; node_count: number }; nodes: number[] }

/** What is in the heap snapshot in `folder`, which is removed; undefined while it is not complete. */
export function writtenSnapshot(folder: string): Heap | undefined {
  const file = readdirSync(folder).find((name) => name.endsWith('.heapsnapshot'))
  if (file === undefined) return undefined
  const text = readFileSync(join(folder, file), 'utf8')
  if (!text.endsWith('}')) return undefined
  rmSync(join(folder, file))
  const { snapshot, nodes }: HeapSnapshot = JSON.parse(text)
  const { node_fields: fields } = snapshot.meta
  const sizeAt = fields.indexOf('self_size')
  let bytes = 0
  for (let i = sizeAt; i < nodes.length; i += fields.length) bytes += nodes[i] ?? 0
  return { objects: snapshot.node_count, bytes }
}
