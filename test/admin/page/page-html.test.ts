import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { htmlTexts } from '../../../src/admin/page/html-words.id.ts'
import { pageHtml } from '../../../src/admin/page/page-html.ts'
import { inLanguage } from '../../../src/words/language.ts'
import { root } from '../../support/sidecar.ts'

const english = readFileSync(join(root, 'src/admin/page/page.html'), 'utf8')
const indonesian = inLanguage('id', () => pageHtml(english))

/** What people read, or hear: by other means than the page is made. */
function textsOf(html: string): string[] {
  const named = [...html.matchAll(/(?:aria-label|title|alt|placeholder)="([^"]*)"/g)].map(([, text = '']) => text)
  return [...html.replace(/<!.*?>/g, '').split(/<[^>]*>/), ...named]
    .map((text) => text.trim())
    .filter((text) => /[a-z]/i.test(text))
}

/** The same in both languages. */
const same = ['catapa-sidecar', 'curl', 'Access token', 'CATAPA', '.', ', ']

test('the English page is the file, byte for byte', () => {
  assert.equal(pageHtml(english), english)
})

test('each text of the page has its Indonesian one, and each Indonesian one its place', () => {
  const texts = textsOf(english).filter((text) => text !== 'Bahasa Indonesia')
  assert.ok(texts.length > 60)
  const entries = Object.keys(htmlTexts).map((text) => text.trim())
  assert.deepEqual(
    texts.filter((text) => !entries.includes(text) && !same.includes(text)),
    [],
  )
  assert.deepEqual(
    entries.filter((text) => !texts.includes(text)),
    [],
  )
  const left = textsOf(indonesian).filter((text) => entries.includes(text))
  assert.deepEqual(left, [])
})

test('nothing but texts, the language and the switch differs', () => {
  assert.match(indonesian, /^<!doctype html>\n<html lang="id">/)
  assert.ok(indonesian.includes('lang="en">English</button>'))
  const skeleton = (html: string) =>
    html
      .replace(/(?<=<html |id="language" class="language" )lang="\w+"/g, '')
      .replace(/aria-label="[^"]*"/g, '')
      .replace(/>[^<]*</g, '><')
  assert.equal(skeleton(indonesian), skeleton(english))
})
