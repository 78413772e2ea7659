import assert from 'node:assert/strict'
import { inLanguage, type Words } from '../../src/words/language.ts'

/** All texts of a table with sample facts, in marks such as `⟨host⟩` where they are texts. */
export type Sayings = { name: string; all(): readonly string[]; unused(): readonly string[] }

/** @param texts every function of the table with all kinds of facts, and every text */
export function sayings<Table extends object>(
  name: string,
  table: Words<string, Table>,
  texts: (say: Table) => readonly string[],
): Sayings {
  const used = new Set<string | symbol>()
  const watched = () =>
    new Proxy(table(), {
      get(from, key, receiver) {
        used.add(key)
        return Reflect.get(from, key, receiver)
      },
    })
  return {
    name,
    all: () => texts(watched()),
    unused: () => Object.keys(table()).filter((key) => !used.has(key)),
  }
}

const english = /\b(the|and|is|are|not|with|for|of|to|by|was|has|this|no)\b/i

/** Commands, settings, options, paths and facts are the same in both. */
const code =
  /⟨[^⟩]*⟩|`[^`]*`|"[^"]*"|https?:\/\/\S*|(?:\/[\w.-]+)+|--[\w-]+|catapa-sidecar [a-z-]+( [a-z]+)?|\b[A-Z][A-Z0-9_]{2,}\b/g

/** What the Indonesian text has to have as the English one has it: facts, settings, options, numbers. */
const fixed = /⟨[^⟩]*⟩|--[\w-]+|\b[A-Z][A-Z0-9_]{2,}\b|\d+(?:[.:]\d+)*/g

/** English words of a text that should have none. */
export function englishIn(text: string): string | undefined {
  return english.exec(text.replace(code, ' '))?.[0]
}

/** Whether a text begins with a small letter; undefined if it begins with a setting, a fact or a number. */
function beginsSmall(text: string): boolean | undefined {
  return text.search(code) === 0 || !/^\p{L}/u.test(text) ? undefined : /^\p{Ll}/u.test(text)
}

/** Asserts that each text is in Indonesian, and has the facts of the English one. @param same the few that are one in both */
export function assertInBoth(list: readonly Sayings[], same: readonly string[] = []): void {
  for (const { name, all, unused } of list) {
    const [inEnglish, inIndonesian] = [inLanguage('en', all), inLanguage('id', all)]
    assert.deepEqual(unused(), [], `${name} is said as a whole`)
    assert.equal(inIndonesian.length, inEnglish.length)
    for (const [index, text] of inIndonesian.entries()) {
      const original = inEnglish[index] ?? ''
      assert.equal(englishIn(text), undefined, `${name}: ${text}`)
      for (const [fact] of original.matchAll(fixed)) assert.ok(text.includes(fact), `${fact} is missing in ${text}`)
      assert.equal(text === original, same.includes(original), `${name}: ${text}`)
      const [begins, began] = [beginsSmall(text), beginsSmall(original)]
      if (begins !== undefined && began !== undefined) assert.equal(begins, began, `${name}: ${text}`)
    }
  }
}
