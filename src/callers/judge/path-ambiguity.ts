import { otherCase } from '../../operations/letter-case.ts'
import type { Operation } from '../../operations/operation.ts'
import type { Ambiguity } from '../../problems/failure.ts'

/** Nearly every path: segments of characters that mean themselves. */
const plain = /^\/(?:[\w\-~!$&'()*+,=:@]+(?:\/[\w\-~!$&'()*+,=:@]+)*)?$/
const capital = /[A-Z]/

/**
 * Why a server could read the path as another one (design/promises 8.8, design/field 45), for example by decoding it twice or
 * cutting off parameters and suffixes; undefined where there is one reading only.
 */
export function pathAmbiguity(path: string, operation: Operation | undefined): Ambiguity | undefined {
  const found = plain.test(path) ? undefined : spelling(path)
  if (found !== undefined) return found
  // The fixed words of a known operation are right already; an id may be a word in another letter case.
  return (operation === undefined || capital.test(path)) && otherCase(path) !== undefined ? 'letter_case' : undefined
}

function spelling(path: string): Ambiguity | undefined {
  if (path.includes(';')) return 'semicolon'
  if (path.includes('\\')) return 'backslash'
  if (path.includes('//')) return 'empty_segment'
  if (path.length > 1 && path.endsWith('/')) return 'trailing_slash'
  if (/[^!-~]/.test(path)) return 'encoded_odd' // Never from the wire: a guard refuses it for everyone.
  return encoding(path) ?? (path.includes('.', path.lastIndexOf('/')) ? 'suffix' : undefined)
}

const unreserved = /[A-Za-z0-9\-._~]/
const delimiter = /[/;?#]/

function encoding(path: string): Ambiguity | undefined {
  let nonAscii = false
  for (let at = path.indexOf('%'); at !== -1; at = path.indexOf('%', at + 1)) {
    const hex = path.slice(at + 1, at + 3)
    if (!/^[0-9a-f]{2}$/i.test(hex)) return 'encoded_odd' // `%u002F` too.
    const code = Number.parseInt(hex, 16)
    if (code === 0x20 && isAtEdge(path, at)) return 'encoded_edge'
    const found = code < 0x80 ? meaning(String.fromCharCode(code)) : undefined
    if (found !== undefined) return found
    nonAscii ||= code >= 0x80
  }
  return nonAscii && isOdd(path) ? 'encoded_odd' : undefined
}

/** Whether an escape is at either end of a segment, where some servers cut blanks off. */
function isAtEdge(path: string, at: number): boolean {
  return path[at - 1] === '/' || path[at + 3] === '/' || path.length === at + 3
}

function meaning(char: string): Ambiguity | undefined {
  if (char < ' ' || char === '\x7f') return 'encoded_control'
  if (char === '%') return 'double_encoding'
  if (char === '\\') return 'backslash'
  if (delimiter.test(char)) return 'encoded_delimiter'
  return unreserved.test(char) ? 'encoded_plain' : undefined
}

/** Characters that Java takes for an `i` when it ignores letter case. */
const otherI = /[ıİ]/
const letters = /^[\x20-\x7e\p{L}\p{M}\p{N}]*$/u

/** Whether it has overlong or broken UTF-8, anything but letters, marks and numbers, or a character that may become another. */
function isOdd(path: string): boolean {
  try {
    const decoded = decodeURIComponent(path)
    return decoded !== decoded.normalize('NFKC') || !letters.test(decoded) || otherI.test(decoded)
  } catch {
    return true
  }
}
