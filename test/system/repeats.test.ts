// Programs that give up and repeat a write (design/promises 12.3). What was seen is the table in docs/repeats.md: this fails where it is
// no longer so, and `npm run compatibility` writes it.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { withTables } from '../support/docs-tables.ts'
import { addOn, startGuarded } from '../support/guarded.ts'
import { without } from '../support/programs.ts'
import { root, startTestSidecar, startUpstream } from '../support/sidecar.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { eventually, gate } from '../support/wire.ts'
import { run } from './compatibility/clients.ts'
import { compilers, programs, type Repeating } from './repeats/programs.ts'
import { startTap } from './repeats/tap.ts'

const file = join(root, 'docs/repeats.md')
const isWriting = process.argv.includes('--write')
const rows = new Map<string, string>()

test('programs that give up and repeat a write get the answer of the first', { concurrency: 6 }, async (t) => {
  const skips = programs.map(({ needs }) => without(...needs))
  const folder = temporaryFolder(t)
  const here = programs.filter((_program, index) => skips[index] === false)
  for (const { code, err } of await Promise.all(compilers(here, folder).map(run))) assert.equal(code, 0, err)
  await Promise.all(
    programs.map((program, index) =>
      t.test(program.name, { skip: skips[index] }, async (t) => {
        const [guarded, control] = await Promise.all([
          story(t, program, folder, true),
          story(t, program, folder, false),
        ])
        assert.ok(control.writes > 1, 'without the guard CATAPA gets both')
        const { left, sends } = control.seen()
        const row = `| ${[program.name, `${program.givesUp}; ${left}`, sends, guarded.got].join(' | ')} |`
        rows.set(program.name, row)
        if (!isWriting) assert.ok(readFileSync(file, 'utf8').includes(row), `docs/repeats.md does not say: ${row}`)
      }),
    ),
  )
})

test('docs/repeats.md has a row for each program', () => {
  if (isWriting) {
    assert.equal(rows.size, programs.length, 'only a complete table is written')
    const head = '| program | how it gives up | what it sends again | what it gets |\n| --- | --- | --- | --- |'
    const table = [head, ...programs.map(({ name }) => rows.get(name))].join('\n')
    writeFileSync(file, withTables(readFileSync(file, 'utf8'), { programs: table }))
  }
  const [, table = ''] = /<!-- programs -->([\s\S]*)<!-- \/programs -->/.exec(readFileSync(file, 'utf8')) ?? []
  const names = [...table.matchAll(/^\| (.+?) \|/gm)].map(([, name]) => name)
  assert.deepEqual(names, ['program', '---', ...programs.map(({ name }) => name)])
})

/** One program, a CATAPA that does not answer the first write before the second try has come, and what was seen of both. */
async function story(t: TestContext, { command, isCut = false }: Repeating, folder: string, isGuarded: boolean) {
  let writes = 0
  const repeated = gate()
  const upstream = await startUpstream(t, async (_request, response) => {
    writes += 1
    const write = writes
    await repeated.opened
    response.end(JSON.stringify({ write }))
  })
  const sidecar = await (isGuarded ? startGuarded : startTestSidecar)(t, upstream.url)
  const tap = await startTap(t, sidecar.port)
  // A tap delays ends: the guard hears those of the program itself.
  const { port } = isGuarded && !isCut ? sidecar : tap
  const ran = run(command(`http://127.0.0.1:${port}${addOn}`, folder))
  await eventually(() => writes > 0, 'CATAPA has the first')
  if (isCut) tap.cut()
  await eventually(() => writes > 1 || sidecar.waiting() === 1, 'the program repeats it')
  repeated.open()
  const { code, out, err } = await ran
  assert.equal(code, 0, err)
  const isFirst = writes === 1 && out.toString().includes('{"write":1}')
  return { writes, got: isFirst ? 'the first answer' : '**not recognised**: another answer', seen: tap.seen }
}
