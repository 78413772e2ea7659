// What the documentation quotes of the status page stands on it, in the language of the document.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { languages } from '../../src/words/language.ts'
import { sentencesIn } from '../support/markdown.ts'
import { type PageWords, pageWords, says } from '../support/page-words.ts'
import { root } from '../support/sidecar.ts'

const words = { en: pageWords('en'), id: pageWords('id') }
const folders = { en: 'docs', id: 'docs/id' }
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** The labels in quotes; one with its value, such as `Audit: on`, is two. */
function quotedIn(page: string): string[] {
  const quotes = [...sentencesIn(page).matchAll(/"([^"]+)"/g)].map(([, label = '']) => label.replace(/\s+/g, ' '))
  return quotes.flatMap((label) => label.split(': '))
}

/** The first cells of all rows, columns and verdicts. Some name several, or say where others are. */
function namedInTables(page: string): string[] {
  const rows = sentencesIn(page).matchAll(/^\| (?!---)([^|]+) \|(?!.*\n\| ---)/gm)
  const named = [...rows].flatMap(([, cell = '']) => cell.split(/, (?!but |tetapi )(?:or |atau )?/))
  return named.filter((words) => !words.includes('['))
}

/** Whether a verdict can be this, or begin so before a colon. */
function judges(on: PageWords, words: string): boolean {
  const capital = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
  const beginnings = new Set([...on.texts].flatMap((text) => [text, ...text.split(': ', 1)]))
  const possible = [words, capital(words)]
  if (words.startsWith(on.worksBut)) possible.push(capital(words.slice(on.worksBut.length)))
  return possible.some((one) => says({ ...on, texts: beginnings }, one))
}

/** What a page names of the status page that does not stand there. */
function strangers(page: string, on: PageWords): string[] {
  return [
    ...quotedIn(page).filter((label) => !says(on, label)),
    ...namedInTables(page).filter((words) => !judges(on, words)),
  ]
}

for (const language of languages) {
  const path = `${folders[language]}/status-page.md`
  test(`${path} names verdicts, headings, columns and buttons as the page in its language does`, () => {
    const page = read(path)
    assert.ok(quotedIn(page).length > 20 && namedInTables(page).length > 25)
    assert.deepEqual(strangers(page, words[language]), [])
  })

  test(`the other pages of ${folders[language]} quote the status page as it is, too`, () => {
    for (const [name, quote] of [
      ['notices.md', /(?:Page|Halaman status) \(\*([^*]+)\*\)/],
      ['repeats.md', /(?:status page under|halaman status di) "([^"]+)"/],
    ] as const) {
      const label = quote.exec(read(`${folders[language]}/${name}`))?.[1]
      assert.ok(label !== undefined && says(words[language], label), `${name}: ${label}`)
    }
  })
}

test('a label that was changed on one side alone is found, and one in the other language', () => {
  for (const [language, from, to] of [
    ['en', '"Limited to"', '"Limited by"'],
    ['en', 'head 5e3f', 'hash 5e3f'],
    ['en', '| May do |', '| Rights |'],
    ['en', 'is not shared', 'cannot be shared'],
    ['id', '"Perbarui token"', '"Refresh the token"'],
    ['id', '"Kegagalan"', '"Gagal"'],
    ['id', 'ID\ndari', 'Id\ndari'],
    ['id', '12.345', '12,345'],
    ['id', '| Akan ditolak |', '| Would be refused |'],
    ['id', '| Berfungsi |', '| Sidecar bekerja |'],
    ['id', 'tetapi file pemanggil bermasalah', 'tetapi file pemanggil salah'],
    ['id', 'Berfungsi, tetapi tidak lama', 'Berfungsi, tidak lama'],
    ['id', 'jeda sampai …', 'jeda hingga …'],
  ] as const) {
    const page = read(`${folders[language]}/status-page.md`)
    assert.ok(page.includes(from), from)
    assert.notDeepEqual(strangers(page.replace(from, to), words[language]), [], to)
  }
})
