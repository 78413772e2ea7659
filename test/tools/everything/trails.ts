// What the trails say at the end, read line by line: they are large.
import { spawn } from 'node:child_process'
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { segmentFiles } from '../../support/audit-trail.ts'
import { openWrites } from '../../support/repeats-trail.ts'
import { root } from '../../support/sidecar.ts'
import type { Stage } from './stage.ts'

/**
 * Reads a trail: the ids of its begin lines go to `begun`. `audit verify` judges it, with the head that the log told last.
 *
 * @returns how many lines there are
 */
export async function readTrail(
  folder: string,
  head: string | undefined,
  begun: Set<string>,
  { findings, outputs, plants, catapa }: Pick<Stage, 'findings' | 'outputs' | 'plants' | 'catapa'>,
): Promise<number> {
  let lines = 0
  const watch = outputs.watch('an audit trail')
  for (const file of segmentFiles(folder)) {
    for await (const line of createInterface({ input: createReadStream(join(folder, file)) })) {
      lines += 1
      watch(`${line}\n`)
      if (!line.includes('"event":"begin"')) continue
      const id = /"requestId":"([^"]+)"/.exec(line)?.[1] ?? ''
      if (!catapa.book.arrived.has(id) || !plants.take('begin-missing')) begun.add(id)
    }
  }
  if (plants.take('trail-changed')) changeOneByte(folder)
  const said = await verify(folder, head)
  if (said.status !== 0) findings.add('audit verify finds each trail whole', said.text)
  return lines
}

/** Follows a trail that is being written: how many of its writes a person would have to look after, if it ended now. */
export function openWritesSoFar(folder: string): () => number {
  const writes = openWrites()
  const taken = new Map<string, number>()
  return () => {
    for (const file of existsSync(folder) ? segmentFiles(folder) : []) {
      const from = taken.get(file) ?? 0
      const bytes = readFileSync(join(folder, file)).subarray(from)
      const end = bytes.lastIndexOf('\n') + 1
      taken.set(file, from + end)
      for (const line of bytes.toString('latin1', 0, end).split('\n')) {
        if (/"(?:fingerprint|delivered|repeatOf|begin)":/.test(line)) writes.take(line)
      }
    }
    return writes.at().length
  }
}

function changeOneByte(folder: string): void {
  const path = join(folder, segmentFiles(folder)[0] ?? '')
  const bytes = readFileSync(path)
  const at = bytes.indexOf('"method":"GET"') + '"method":"'.length
  bytes[at] = 'P'.charCodeAt(0)
  writeFileSync(path, bytes)
}

function verify(folder: string, head: string | undefined): Promise<{ status: number | null; text: string }> {
  const asked = head === undefined ? [] : ['--head', head]
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'audit', 'verify', folder, ...asked], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk
    })
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, text })))
}
