import { words } from '../../words/language.ts'

/** The part of a request that CATAPA could read in another way than it is judged, and the next step; in English. */
export const ambiguities = {
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
} satisfies Record<string, readonly [has: string, next: string]>

export type Ambiguity = keyof typeof ambiguities

/** The same in the language that is spoken. */
export const ambiguityWords = words<
  'ambiguityWords',
  Readonly<Record<Ambiguity, readonly [has: string, next: string]>>
>('ambiguityWords', ambiguities)
