// docs/id has pages of docs in Bahasa Indonesia, under the same names. A page that was changed in one language alone is
// found here: all that is not a sentence is the same in both.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { problems } from '../../src/problems/codes.ts'
import { anchorsIn, blocksIn, codeIn, headingsIn, sentencesIn, targetsIn } from '../support/markdown.ts'
import { root } from '../support/sidecar.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The English path of docs/id/NAME.md, NAME.id.md and NAME.id.png; of others their own. */
const inEnglish = (path: string) => path.replace(/\.id(?=\.\w+$)/, '').replace(/^docs\/id\//, 'docs/')

/** Explains the words that the pages use; there is none in English. */
const glossary = 'docs/id/istilah.md'

const translated = ['README.id.md', ...readdirSync(join(root, 'docs/id'), { recursive: true, encoding: 'utf8' })]
  .map((name) => (name === 'README.id.md' ? name : join('docs/id', name)))
  .filter((path) => path.endsWith('.md') && path !== glossary)

/** The line below the title, which links the page in the other language. */
const otherLanguage = /^(?:Dalam Bahasa Indonesia|In English): .*$/m

/** A link as both languages have it: the English page, and of a heading its number. A link elsewhere stays. */
function target(page: string, link: string): string {
  if (/^(https?|mailto):/.test(link)) return link
  const [path = '', anchor] = link.split('#')
  const file = path === '' ? page : normalize(join(dirname(page), path))
  if (anchor === undefined) return inEnglish(file)
  return `${inEnglish(file)}, heading ${[...anchorsIn(read(file))].indexOf(anchor)}`
}

/** A block without what it says in the language of its reader: members of an answer or notice, and the header that says so. */
const untold = (block: string) =>
  block.replaceAll(/"(detail|what|next|instance|text)": ".*"/g, '"$1": ""').replace(/^Content-Language: .*\n/m, '')

/** The program puts all of it into words (test/notices/words.test.ts). */
const isNotice = (block: string) => /^(?:Status page|Halaman status): /m.test(block)

/** What is the same in both languages, by its name. */
const parts: Readonly<Record<string, (text: string, page: string) => string[]>> = {
  blocks: (text) =>
    blocksIn(text)
      .filter((block) => !isNotice(block))
      .map(untold),
  'code within lines': (text) => codeIn(text).toSorted(),
  settings: (text) => (text.match(/\b(?:SIDECAR|CATAPA)_[A-Z_]+\b/g) ?? []).toSorted(),
  'levels of headings': (text) => headingsIn(text).map(({ level }) => String(level)),
  'headings that are codes': (text) =>
    headingsIn(text)
      .map(({ words }) => words)
      .filter((words) => words in problems),
  links: (text, page) =>
    targetsIn(text)
      .map((link) => target(page, link))
      .toSorted(),
  'rows and items': (text) => (text.match(/^ *(?:\||- |\d+\. )/gm) ?? []).map((mark) => mark.trimStart()),
  // A comma and a point change places.
  numbers: (text) =>
    (sentencesIn(text).match(/\d+(?:[.,]\d+)*/g) ?? []).map((number) => number.replaceAll(/[.,]/g, '')).toSorted(),
}

/** The parts in which two texts of a page differ, and what only one of them has. */
function differences(english: string, indonesian: string, page: string): string[] {
  const [ours, theirs] = [english, indonesian].map((text) => text.replace(otherLanguage, ''))
  return Object.entries(parts).flatMap(([name, partsOf]) => {
    const here = partsOf(ours ?? '', inEnglish(page))
    const there = partsOf(theirs ?? '', page)
    if (here.join('\n') === there.join('\n')) return []
    return [`${name}: in English alone <${without(here, there)}>, in Indonesian alone <${without(there, here)}>`]
  })
}

/** What a list has and another one lacks, each as often as it is too many. */
function without(list: string[], other: string[]): string {
  const rest = [...other]
  const left = list.filter((one) => {
    const at = rest.indexOf(one)
    if (at !== -1) rest.splice(at, 1)
    return at === -1
  })
  return left.join(' · ')
}

for (const page of translated) {
  test(`${page} has the commands, settings, codes, numbers, headings and links of the English page`, () => {
    assert.deepEqual(differences(read(inEnglish(page)), read(page), page), [])
  })

  test(`${page} and the English page lead to each other, and to pages in their own language`, () => {
    for (const [path, other] of [
      [inEnglish(page), page],
      [page, inEnglish(page)],
    ] as const) {
      const [line = ''] = otherLanguage.exec(read(path)) ?? []
      assert.ok(read(path).startsWith('# ') && read(path).split('\n')[2] === line, `${path}: the line below the title`)
      assert.equal(normalize(join(dirname(path), targetsIn(line)[0] ?? '')), other)
    }
    const foreign = targetsIn(read(page).replace(otherLanguage, ''))
      .filter((link) => !/^(https?|mailto):/.test(link))
      .map((link) => normalize(join(dirname(page), link.split('#')[0] ?? '')))
      .filter((path) => translated.some((one) => inEnglish(one) === path))
    assert.deepEqual(foreign, [])
  })
}

test('the pages for the people on call are there', () => {
  const wanted = ['callers', 'errors', 'deploy/windows', 'status-page', 'notices', 'repeats'].map(
    (name) => `docs/id/${name}.md`,
  )
  assert.deepEqual(
    wanted.filter((path) => !translated.includes(path)),
    [],
  )
  assert.ok(existsSync(join(root, glossary)))
})

test('the comparison finds what was changed in one language alone', () => {
  for (const [page, from, to, part] of [
    ['docs/id/callers.md', 'policy suggest sidecar.log', 'policy saran sidecar.log', 'blocks'],
    ['docs/id/errors.md', '"status": 409', '"status": 410', 'blocks'],
    ['docs/id/errors.md', '`curl -sI', '`curl -I', 'code within lines'],
    ['docs/id/callers.md', 'responsnya `caller_unknown`', 'responsnya `caller_unkown`', 'code within lines'],
    ['docs/id/notices.md', '`SIDECAR_NOTIFY_AFTER`', '`SIDECAR_NOTIFY_LATER`', 'settings'],
    ['docs/id/callers.md', '## Profil\n', '### Profil\n', 'levels of headings'],
    ['docs/id/errors.md', '## repeated', '## diulang', 'headings that are codes'],
    ['docs/id/callers.md', '(repeats.md)', '(notices.md)', 'links'],
    ['docs/id/callers.md', '(#profil)', '(#kunci-baru)', 'links'],
    ['README.id.md', 'https://catapa.com', 'https://example.com', 'links'],
    ['docs/id/deploy/windows.md', '- nssm 2.24-101\n', '', 'rows and items'],
    ['docs/id/deploy/windows.md', '0,5 sampai', '0,6 sampai', 'numbers'],
    ['docs/id/repeats.md', '1.000 respons', '100 respons', 'numbers'],
  ] as const) {
    const text = read(page)
    assert.ok(text.includes(from), from)
    const found = differences(read(inEnglish(page)), text.replace(from, to), page)
    assert.ok(
      found.some((difference) => difference.startsWith(`${part}: `)),
      `${from}: ${found}`,
    )
  }
})
