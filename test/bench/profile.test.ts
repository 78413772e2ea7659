import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { writtenSnapshot } from '../../bench/growth/heap.ts'
import { profileTable } from '../../bench/profile/table.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('a profile is summed up by part, without warming up and without rest, a function of the bundle by its source', (t) => {
  const folder = join(temporaryFolder(t), 'dist')
  mkdirSync(folder)
  const bundle = join(folder, 'start.mjs')
  writeFileSync(
    bundle,
    '// node_modules/undici/lib/pool.js\nfunction dispatch() {}\n// src/sidecar/version.ts\nfunction version() {}\n',
  )
  const url = String(pathToFileURL(bundle))
  const frames = [
    { functionName: 'dispatch', url, lineNumber: 1 },
    { functionName: 'version', url, lineNumber: 3 },
    { functionName: '(garbage collector)', url: '', lineNumber: -1 },
    { functionName: '(idle)', url: '', lineNumber: -1 },
    { functionName: 'onread', url: 'node:net', lineNumber: 9 },
  ]
  const nodes = frames.map((callFrame, id) => ({ id, callFrame }))
  const table = profileTable(
    'product',
    { nodes, samples: [0, 0, 1, 2, 3, 4, 0], timeDeltas: [1000, 600, 100, 200, 5000, 50, 50] },
    1000,
    10,
  )
  assert.equal(
    table,
    ` 100.0 µs 100.0 %  the main thread of product, a request

  65.0 µs  65.0 %  undici
  20.0 µs  20.0 %  garbage collection
  10.0 µs  10.0 %  own: rest
   5.0 µs   5.0 %  node: net, TLS, timers

  65.0 µs  65.0 %  undici/lib/pool.js:2 dispatch
  20.0 µs  20.0 %  :0 (garbage collector)
  10.0 µs  10.0 %  sidecar/version.ts:4 version
   5.0 µs   5.0 %  node:net:10 onread
`,
  )
})

test('a heap snapshot is summed up once it is complete, and removed', (t) => {
  const folder = temporaryFolder(t)
  const snapshot = { meta: { node_fields: ['type', 'self_size', 'edge_count'] }, node_count: 3 }
  const text = JSON.stringify({ snapshot, nodes: [1, 100, 7, 2, 20, 8, 3, 3, 9] })
  assert.equal(writtenSnapshot(folder), undefined)
  writeFileSync(join(folder, 'a.heapsnapshot'), text.slice(0, -1))
  assert.equal(writtenSnapshot(folder), undefined)
  writeFileSync(join(folder, 'a.heapsnapshot'), text)
  assert.deepEqual(writtenSnapshot(folder), { objects: 3, bytes: 123 })
  assert.deepEqual(readdirSync(folder), [])
})
