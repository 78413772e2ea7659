import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { anchorsIn, linksIn } from '../support/markdown.ts'
import { root } from '../support/sidecar.ts'

const notOurs = new Set(['.git', 'build', 'dist', 'node_modules'])

/** Every document of the repository. Not asked of git, which need not be there. */
function documents(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (notOurs.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? documents(path) : entry.name.endsWith('.md') ? [path] : []
  })
}

/** What is wrong with a link that stands in `document`, if anything. */
function flaw(document: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? document : join(dirname(document), path)
  if (relative(root, target).startsWith('..')) return 'leaves the repository'
  if (!existsSync(target)) return 'leads to nothing'
  if (anchor === undefined) return undefined
  const isThere = statSync(target).isFile() && anchorsIn(readFileSync(target, 'utf8')).has(anchor)
  return isThere ? undefined : 'leads to no heading'
}

test('every link and picture of every document leads to a file of the repository, and to a heading that is there', () => {
  const all = documents(root)
  assert.ok(all.length > 20, `${all.length} documents`)
  const links = all.flatMap((document) => linksIn(readFileSync(document, 'utf8')).map((link) => ({ document, link })))
  assert.ok(links.length > 100, `${links.length} links`)
  const broken = links.flatMap(({ document, link }) => {
    const found = flaw(document, link)
    return found === undefined ? [] : [`${relative(root, document)}: ${link} ${found}`]
  })
  assert.deepEqual(broken, [])
})

test('the search for links finds those that lead nowhere, and takes no code for a link', () => {
  const text = [
    '# A `title`, with (marks) & [a link](x.md)',
    '## Twice',
    '## Twice',
    '[one](a.md) ![picture](b.png) `[code](c.md)` [elsewhere](https://example.com) [`named`](d.md#x)',
    '```\n[block](e.md)\n# no heading\n```',
    '<img alt="f" src="f.png"> <source media="x" srcset="g.png">',
    '[h]: i.md',
  ].join('\n')
  assert.deepEqual(linksIn(text), ['x.md', 'a.md', 'b.png', 'd.md#x', 'i.md', 'f.png', 'g.png'])
  assert.deepEqual([...anchorsIn(text)], ['a-title-with-marks--a-link', 'twice', 'twice-1'])
  const readme = join(root, 'README.md')
  assert.equal(flaw(readme, 'docs/nothing.md'), 'leads to nothing')
  assert.equal(flaw(readme, 'docs/errors.md#nothing'), 'leads to no heading')
  assert.equal(flaw(readme, '../elsewhere.md'), 'leaves the repository')
  assert.equal(flaw(readme, '#try-it'), undefined)
})
