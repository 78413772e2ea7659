import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { problems } from '../../src/problems/codes.ts'
import { errorExamples, shown } from '../support/error-examples.ts'
import { root } from '../support/sidecar.ts'

const document = readFileSync(join(root, 'docs/errors.md'), 'utf8')

describe('docs/errors.md shows, for every code, the answer that the sidecar gives (npm run docs writes them)', () => {
  for (const [code, produce] of Object.entries(errorExamples)) {
    test(code, async (t) => {
      const answer = shown(await produce(t))
      const part = new RegExp(`<!-- example ${code} -->\n\`\`\`\n([^]*?)\n\`\`\`\n<!-- /example ${code} -->`).exec(
        document,
      )?.[1]
      assert.equal(answer, part)
      assert.match(answer, new RegExp(`\\(catapa-sidecar: ${code}\\)`))
    })
  }

  test('and has one section per code of the table, which `type` points to', () => {
    const sections = [...document.matchAll(/^## (\w+)$/gm)].map(([, name]) => name)
    assert.deepEqual(sections, Object.keys(problems))
  })
})
