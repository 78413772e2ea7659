import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { brokenLinks, flaw } from '../support/links.ts'
import { anchorsIn, linksIn } from '../support/markdown.ts'
import { root } from '../support/sidecar.ts'

test('every link and picture of every document leads to a file of the repository, and to a heading that is there', () => {
  const { links, broken } = brokenLinks(root)
  assert.ok(links > 100, `${links} links`)
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
  assert.equal(flaw(root, readme, 'docs/nothing.md'), 'leads to nothing')
  assert.equal(flaw(root, readme, 'docs/errors.md#nothing'), 'leads to no heading')
  assert.equal(flaw(root, readme, '../elsewhere.md'), 'leaves the folder')
  assert.equal(flaw(root, readme, '#try-it'), undefined)
})
