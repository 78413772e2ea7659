// docs/audit.md has a verifier in Python, for auditors who do not take our word. Both have to find the same.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { verifyTrail } from '../../../src/audit/reading/verify-trail.ts'
import { forge } from '../../support/forgeries.ts'
import { manipulations } from '../../support/manipulations.ts'
import { without } from '../../support/programs.ts'
import { damage, dice, randomTrail } from '../../support/random-trails.ts'
import { root } from '../../support/sidecar.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { type Files, threeSegments, writeFiles } from '../../support/trails.ts'

const page = readFileSync(join(root, 'docs/audit.md'), 'utf8')
const script = /^```python\n(.*?)^```$/ms.exec(page)?.[1] ?? ''

/** What Python finds in each of the trails, in their order. */
async function byPython(t: TestContext, trails: readonly Files[]): Promise<{ folder: string; said: string }[]> {
  const place = temporaryFolder(t)
  const folders = trails.map((files, index) => {
    const folder = join(place, String(index))
    mkdirSync(folder)
    writeFiles(folder, files)
    return folder
  })
  const { stdout } = await promisify(execFile)('python3', ['-c', script, ...folders])
  const lines = stdout.split('\n').slice(0, -1)
  assert.equal(lines.length, folders.length)
  return folders.map((folder, index) => ({ folder, said: lines[index] ?? '' }))
}

/** What we find, in the words of the script. */
function byUs(folder: string): string {
  const { broken, last } = verifyTrail(folder)
  if (broken !== undefined) return `broken ${broken.file} ${broken.line}`
  return `whole ${last?.seq ?? 0}:${last?.hash ?? '0'.repeat(64)}`
}

test('the script of docs/audit.md is short enough to be read and written again', () => {
  const lines = script.split('\n').filter((line) => line.trim() !== '')
  assert.ok(lines.length > 15 && lines.length <= 50, `${lines.length} lines`)
})

/** Of which most are damaged. */
function random(seed: number): Files {
  const roll = dice(seed)
  const { files } = randomTrail(roll)
  for (let times = roll(3); times > 0; times--) damage(files, roll)
  return files
}

function manipulated({ change }: (typeof manipulations)[number]): Files {
  const { files } = threeSegments()
  const [first = '', second = '', third = ''] = files.keys()
  change(files, [first, second, third])
  return files
}

test('of 600 trails whose hashes somebody has made anew over odd spellings, Python believes those that we believe', {
  skip: without('python3'),
}, async (t) => {
  const trails = Array.from({ length: 600 }, (_, index) => {
    const roll = dice(index + 1)
    const { files } = randomTrail(roll)
    forge(files, roll)
    return files
  })
  const found = await byPython(t, trails)
  const differing = found.flatMap(({ folder, said }, index) =>
    said === byUs(folder) ? [] : [`seed ${index + 1}: Python ${said}, we ${byUs(folder)}`],
  )
  assert.deepEqual(differing, [])
  const broken = found.filter(({ said }) => said.startsWith('broken')).length
  assert.ok(broken > 150 && broken < 570, `${broken} are broken`)
})

test('Python finds each of the manipulations where we find it, and agrees on 1,000 random trails', {
  skip: without('python3'),
}, async (t) => {
  const trails = [
    ...manipulations.map((one) => ({ what: one.what, files: manipulated(one) })),
    ...Array.from({ length: 1000 }, (_, index) => ({ what: `seed ${index + 1}`, files: random(index + 1) })),
  ]
  const found = await byPython(
    t,
    trails.map(({ files }) => files),
  )
  for (const [index, { what }] of trails.entries()) {
    const { folder = '', said } = found[index] ?? {}
    assert.equal(said, byUs(folder), what)
  }
  const broken = found.slice(manipulations.length).filter(({ said }) => said.startsWith('broken')).length
  assert.ok(broken > 300 && broken < 950, `${broken} are broken`)
})
