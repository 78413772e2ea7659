import type { Ambiguity, FactsOf, RefusalRule } from '../failure.ts'
import type { Table } from './table.ts'

/** What a request has that CATAPA could read in another way than it is judged, and what to do instead. */
const ambiguities: Readonly<Record<Ambiguity, readonly [has: string, next: string]>> = {
  semicolon: ['a ";" in its path', 'leave it out'],
  empty_segment: ['"//" in its path', 'write one "/"'],
  trailing_slash: ['a "/" at the end of its path', 'leave it out'],
  backslash: ['a "\\" in its path', 'leave it out'],
  encoded_delimiter: ['an encoded "/", ";", "?" or "#" in its path', 'leave it out'],
  encoded_plain: ['an encoded letter, digit, "-", ".", "_" or "~" in its path', 'write it without encoding'],
  encoded_control: ['an encoded control character in its path', 'leave it out'],
  encoded_edge: ['an encoded blank at the beginning or end of a part of its path', 'leave it out'],
  encoded_odd: ['an encoded character in its path that servers read in different ways', 'leave it out'],
  double_encoding: ['"%25" in its path, an encoding of an encoding', 'encode once'],
  suffix: ['a "." in the last part of its path, which may be the suffix of a file', 'leave the suffix out'],
  letter_case: ['a fixed part of its path in other capitals than CATAPA writes', 'write it as CATAPA documents it'],
  override_header: ['a header that asks for another method or path', 'leave it out'],
  override_parameter: ['a parameter _method in its query, which asks for another method', 'leave it out'],
  content_types: ['more than one Content-Type, or one with an odd character set', 'send one, in UTF-8'],
  no_content_type: ['a body without a Content-Type', 'send one, as application/json'],
  form: ['a body like that of an HTML form, in which a field may ask for another method', 'send JSON'],
  multipart: ['an upload (multipart) where CATAPA documents none', 'send JSON'],
  override_part: ['a field _method in its upload, which asks for another method', 'leave it out'],
  upload_preamble: [
    'something before the first part of its upload, or an odd boundary',
    'begin with "--" and the boundary',
  ],
  compressed_upload: ['a compressed upload, whose fields cannot be looked at', 'send it without Content-Encoding'],
}

/** A rule as log, page and commands name it. */
export function ruleName(rule: RefusalRule): string {
  switch (rule.kind) {
    case 'profile':
      return `profile ${rule.profile}`
    case 'sidecar_profile':
      return `SIDECAR_PROFILE ${rule.profile}`
    case 'deny':
      return `deny line ${rule.line}`
    case 'no_allow_line':
      return 'no allow line'
    case 'ambiguous':
      return `ambiguous: it has ${ambiguities[rule.what][0]}`
  }
}

/** What would let the request pass, as a sentence. */
export function whatWouldAllow({ caller, rule, wanted }: FactsOf['not_allowed']): string {
  const section = caller === undefined ? undefined : `[${caller === 'other' ? '*' : caller}]`
  switch (rule.kind) {
    case 'profile':
    case 'no_allow_line':
      return `The line "allow = ${wanted}" in the section ${section} of the callers file would allow it.`
    case 'sidecar_profile':
      return 'Only another SIDECAR_PROFILE would allow it: it limits everyone.'
    case 'deny':
      return `Only without line ${rule.line} of the callers file would it be allowed: a deny line wins over everything.`
    case 'ambiguous':
      return `Callers with restrictions have to send what can be read in one way only: ${ambiguities[rule.what][1]}.`
  }
}

function refusal({ caller, rule }: FactsOf['not_allowed']): string {
  const who = caller === undefined ? 'The request' : `The request of the caller ${caller}`
  if (rule.kind === 'ambiguous') return `${who} has ${ambiguities[rule.what][0]}`
  return `${who} is not allowed (${ruleName(rule)})`
}

const unknown: Readonly<Record<FactsOf['caller_unknown']['shown'], string>> = {
  nobody: 'The sidecar does not know the program that calls',
  wrong_key: 'The sidecar does not know the key of the request, or not under the name that comes with it',
  two_callers: 'The request shows two different callers',
  repeated: 'The token request has its client_id or its client_secret more than once',
}

/** Who calls, and what they may do (design/promises 8). */
export const callerPhrases = {
  caller_unknown: {
    happened: ({ shown }) => unknown[shown],
    next: ({ shown }) =>
      shown === 'repeated'
        ? 'send each of them once'
        : 'A program shows who it is by its key (as Authorization: Bearer, as the password of Basic, as X-Api-Key, or as the client secret of a token request), by the listener that it calls, or by the user that it runs as; who runs the sidecar names them in the callers file.',
  },
  not_allowed: { happened: refusal, next: whatWouldAllow },
} satisfies Partial<Table>
