// design/promises 17.1: the switch of the page, then the setting, then the browser, then English.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageLanguage } from '../../../src/admin/page/page-language.ts'
import { startAdministered, startCatapa } from '../../support/admin.ts'
import '../../support/indonesian.ts'

test('the switch wins over the setting, the setting over the browser, and without all of them it is English', () => {
  const cookie = 'other=1; language=id'
  assert.equal(pageLanguage({ cookie, 'accept-language': 'en' }, 'en'), 'id')
  assert.equal(pageLanguage({ cookie: 'language=en', 'accept-language': 'id' }, 'id'), 'en')
  assert.equal(pageLanguage({ 'accept-language': 'id' }, 'en'), 'en')
  assert.equal(pageLanguage({ 'accept-language': 'en' }, 'id'), 'id')
  assert.equal(pageLanguage({ 'accept-language': 'id' }, 'auto'), 'id')
  assert.equal(pageLanguage({}, 'auto'), 'en')
})

test('a cookie of anything else is none', () => {
  for (const cookie of [
    'language=de',
    'language=',
    'language=idn',
    'xlanguage=id',
    'language=ID',
    'language="id"',
    ';;',
  ]) {
    assert.equal(pageLanguage({ cookie }, 'auto'), 'en', cookie)
  }
})

test('of what the browser would rather have the first that there is counts, by its weight', () => {
  const asked: [string, string][] = [
    ['id-ID,id;q=0.9,en-US;q=0.8', 'id'],
    ['in', 'id'],
    ['IN-id', 'id'],
    ['de, id;q=0.5, en;q=0.4', 'id'],
    ['en;q=0.5, id;q=0.7', 'id'],
    ['en, id', 'en'],
    ['id;q=0, en;q=0.1', 'en'],
    ['id;q=0', 'en'],
    ['id;q=x', 'en'],
    ['idx, *;q=0.1', 'en'],
    ['', 'en'],
    [',;,;q=', 'en'],
  ]
  for (const [accepted, language] of asked) {
    assert.equal(pageLanguage({ 'accept-language': accepted }, 'auto'), language, accepted)
  }
})

test('page and text are in that language, and say so', async (t) => {
  const { url } = await startCatapa(t)
  const english = await startAdministered(t, url)
  const set = await startAdministered(t, url, { language: 'id' })
  const get = async (adminUrl: string, headers: Record<string, string>) => {
    const answer = await fetch(adminUrl, { headers })
    assert.equal(answer.headers.get('vary'), 'Accept, Accept-Language, Cookie')
    return { language: answer.headers.get('content-language'), text: await answer.text() }
  }
  const html = { Accept: 'text/html' }
  for (const headers of [
    { ...html, Cookie: 'language=id' },
    { ...html, 'Accept-Language': 'id' },
  ] as const) {
    const { language, text } = await get(english.adminUrl, headers)
    assert.equal(language, 'id')
    assert.match(text, /^<!doctype html>\n<html lang="id">/)
  }
  const usual = await get(english.adminUrl, html)
  assert.equal(usual.language, null)
  assert.match(usual.text, /<html lang="en">/)
  // The text is for terminals, whose programs ask for no language.
  assert.match((await get(english.adminUrl, { Accept: '*/*' })).text, /^ {2}Tenant {14}demo$[\s\S]*^Connection$/m)
  const text = await get(set.adminUrl, { Accept: '*/*' })
  assert.equal(text.language, 'id')
  assert.match(text.text, /^ {2}Tenant {14}demo$[\s\S]*^Koneksi$/m)
})
