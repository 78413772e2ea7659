// What the trails say at the end, read line by line: they are large.
import { spawn } from 'node:child_process'
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { segmentFiles } from '../../support/audit-trail.ts'
import { openWrites } from '../../support/repeats-trail.ts'
import { root } from '../../support/sidecar.ts'
import type { Findings } from './findings.ts'
import type { Outputs } from './outputs.ts'
import type { Plants } from './plants.ts'

type Ways = { findings: Findings; outputs: Outputs; plants: Plants }

/** @returns how many lines there are, and what `audit verify` says */
export async function readTrail(
  folder: string,
  { begun, arrived }: { begun: Set<string>; arrived: ReadonlySet<string> },
  { findings, outputs, plants }: Ways,
): Promise<{ lines: number; begins: number }> {
  const figures = { lines: 0, begins: 0 }
  const watch = outputs.watch('an audit trail')
  for (const file of segmentFiles(folder)) {
    for await (const line of createInterface({ input: createReadStream(join(folder, file)) })) {
      figures.lines += 1
      watch(`${line}\n`)
      if (!line.includes('"event":"begin"')) continue
      figures.begins += 1
      const id = /"requestId":"([^"]+)"/.exec(line)?.[1] ?? ''
      if (arrived.has(id) && plants.take('begin-missing')) continue
      begun.add(id)
    }
  }
  if (plants.take('trail-changed')) changeOneByte(folder)
  const said = await verify(folder)
  if (said.status !== 0) findings.add('audit verify finds each trail whole', said.text)
  return figures
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

function verify(folder: string): Promise<{ status: number | null; text: string }> {
  const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'audit', 'verify', folder], {
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
