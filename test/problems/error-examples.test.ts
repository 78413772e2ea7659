import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { problems } from '../../src/problems/codes.ts'
import { type Language, languages } from '../../src/words/language.ts'
import { errorExamples, errorPages, shown } from '../support/error-examples.ts'
import { root } from '../support/sidecar.ts'

const shownIn = (language: Language) => readFileSync(join(root, errorPages[language]), 'utf8')

for (const language of languages) {
  const page = errorPages[language]
  describe(`${page} shows, for every code, the answer that the sidecar gives (npm run docs writes them)`, () => {
    for (const [code, produce] of Object.entries(errorExamples)) {
      test(code, async (t) => {
        const answer = shown(await produce(t, { language }))
        const part = new RegExp(`<!-- example ${code} -->\n\`\`\`\n([^]*?)\n\`\`\`\n<!-- /example ${code} -->`).exec(
          shownIn(language),
        )?.[1]
        assert.equal(answer, part)
        assert.match(answer, new RegExp(`\\(catapa-sidecar: ${code}\\)`))
      })
    }

    test('and has one section per code of the table, which `type` points to', () => {
      const sections = [...shownIn(language).matchAll(/^## (\w+)$/gm)].map(([, name]) => name)
      assert.deepEqual(sections, Object.keys(problems))
    })
  })
}

test('in Indonesian the detail of an answer is another one, and nothing else but Content-Language', async (t) => {
  const [english, indonesian] = await Promise.all(
    languages.map(async (language) => shown(await errorExamples.login_required(t, { language }))),
  )
  assert.match(indonesian ?? '', /"detail": "Belum ada yang login\. Orang yang menjalankan sidecar harus login/)
  const withoutDetail = (answer = '') => answer.replace(/"detail": ".*"/, '')
  assert.equal(withoutDetail(indonesian).replace('Content-Language: id\n', ''), withoutDetail(english))
})
