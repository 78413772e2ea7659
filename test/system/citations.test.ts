// Comments cite docs/design by paper and number (docs/design/README.md). Whoever follows a citation has to arrive.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../support/sidecar.ts'

const papers = ['promises', 'libraries', 'field', 'catapa'].map((name) => {
  const text = readFileSync(join(root, 'docs/design', `${name}.md`), 'utf8')
  // A heading with its number, or the first cell of a row.
  const numbers = [...text.matchAll(/^(?:#+ (\d+(?:\.\d+)?) |\| (\d+) \|)/gm)].map(([, section, row]) => section ?? row)
  return { name, numbers }
})
const known = new Map(papers.map(({ name, numbers }) => [name, new Set(numbers)]))

const folders = ['.ci', '.github', 'bench', 'deploy', 'docs', 'scripts', 'src', 'test']
const atTop = /\.(md|ya?ml)$|^Dockerfile$|^config\.example\.env$/

/** Every text of the repository, by its path. Not asked of git, which need not be there. */
function texts(): Map<string, string> {
  const inFolders = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  const files = [...inFolders, ...readdirSync(root).flatMap((name) => (atTop.test(name) ? [join(root, name)] : []))]
  return new Map(
    files
      .map((file): [string, string] => [file.slice(root.length + 1), readFileSync(file, 'utf8')])
      .filter(([, text]) => !text.includes('\0')),
  )
}

/** A citation may go over the end of a line, into the next one of a comment. */
function flowing(text: string): string {
  return text.replace(/[ \t]*\r?\n[ \t]*(?:\*(?!\/)|\/\/|#)?[ \t]*/g, ' ')
}

/** What is cited of the papers, as pairs of paper and number; the number is missing where none is given. */
function citations(text: string): [paper: string, number: string | undefined][] {
  const cited = /(?<![\w./-])design\/(\w+)(?: (\d+(?:\.\d+)?(?:(?:, and |, | and )\d+(?:\.\d+)?)*))?/g
  return [...flowing(text).matchAll(cited)].flatMap(([, paper = '', list]): [string, string | undefined][] => {
    const numbers: (string | undefined)[] = list?.match(/\d+(?:\.\d+)?/g) ?? [undefined]
    return numbers.map((number) => [paper, number])
  })
}

function dangling(text: string): string[] {
  return citations(text)
    .filter(([paper, number]) => number === undefined || known.get(paper)?.has(number) !== true)
    .map(([paper, number]) => `design/${paper} ${number ?? 'without a number'}`)
}

/** The papers of before, which were never in the repository. In quotes these words are something else. */
const oldWords = ['CONTRACT', 'STACK', 'FIELD'].join('|')
const oldPapers = new RegExp(
  String.raw`\b(?:${oldWords})\b(?!['"])|\b(?:CATAPA|PERFORMANCE|PACKAGING|SHAPES|STYLE)\.md\b`,
  'g',
)

test('every citation of the design papers leads to a section or a row', () => {
  const lost = [...texts()].flatMap(([path, text]) => dangling(text).map((citation) => `${path}: ${citation}`))
  assert.deepEqual(lost, [])
})

test('no comment cites the papers that were before', () => {
  const found = [...texts()].flatMap(([path, text]) => (text.match(oldPapers) ?? []).map((word) => `${path}: ${word}`))
  assert.deepEqual(found, [])
})

test('a number of a design paper is given once', () => {
  for (const { name, numbers } of papers) {
    assert.ok(numbers.length > 0, name)
    assert.deepEqual(
      numbers.filter((number, index) => numbers.indexOf(number) !== index),
      [],
      name,
    )
  }
})

test('the search finds what it looks for: in sources, over the end of a line, in a list, without a number', () => {
  const all = texts()
  assert.ok([...all].filter(([path, text]) => path.startsWith('src') && citations(text).length > 0).length > 30)
  const paper = ['design', 'libraries'].join('/') // In one word it would be a citation itself.
  assert.deepEqual(citations(`/**\n * As ${paper}\n * 13 says (${paper} 1, 2 and 30).\n */`), [
    ['libraries', '13'],
    ['libraries', '1'],
    ['libraries', '2'],
    ['libraries', '30'],
  ])
  assert.deepEqual(citations('[the papers](docs/design/README.md), ../design/field.md'), [])
  assert.deepEqual(dangling(`// ${paper} 9999 and 13, ${paper}-of-mine 1; ${paper}.`), [
    `${paper} 9999`,
    `${paper} without a number`,
    `${paper} without a number`,
  ])
  for (const old of [
    `${'CONTRACT'} §3`,
    `${'STACK'} rows 1 and 30`,
    `(${'FIELD'} row 27)`,
    ['CATAPA', 'md'].join('.'),
  ]) {
    assert.equal(old.match(oldPapers)?.length, 1, old)
  }
})
