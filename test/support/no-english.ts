import assert from 'node:assert/strict'

/** Words that stay as they are: commands, options, settings, quoted words, paths and addresses. */
const codes =
  /`[^`]*`|"[^"]*"|https?:\/\/\S+|\bunix:\S+|--?[a-z][\w-]*|\b[A-Z]\w*_[A-Z_]+\b|\/[\w/.{}*-]+|\b[\w-]+\.(md|ini|pem|env|php|js)\b/g
const english = /\b(the|and|is|are|not|with|for|of|to|that|or|it|by|was|has|from|in|on|no)\b/i

/** Nothing that is said in Indonesian is an English sentence. */
export function assertNoEnglish(text: string, name?: string): void {
  const found = english.exec(text.replaceAll(codes, ''))
  assert.equal(found?.[0], undefined, `${name ?? ''}: ${text}`)
}
