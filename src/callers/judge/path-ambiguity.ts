import { otherCase } from '../../operations/letter-case.ts'
import type { Operation } from '../../operations/operation.ts'
import type { Ambiguity } from '../../problems/failure.ts'

/** What nearly every path is: segments of characters that mean themselves. */
const plain = /^\/(?:[\w\-~!$&'()*+,=:@]+(?:\/[\w\-~!$&'()*+,=:@]+)*)?$/
const capital = /[A-Z]/

/**
 * Why a server could take the path for another one than it is judged as (design/promises 8.8, design/field 45): one that
 * decodes it twice or cuts off what it holds for parameters or suffixes; undefined where there is one reading only.
 */
export function pathAmbiguity(path: string, operation: Operation | undefined): Ambiguity | undefined {
  const found = plain.test(path) ? undefined : spelling(path)
  if (found !== undefined) return found
  // The path of an operation that was found has its words as they should be; an id may be a word in other capitals.
  return (operation === undefined || capital.test(path)) && otherCase(path) !== undefined ? 'letter_case' : undefined
}

function spelling(path: string): Ambiguity | undefined {
  if (path.includes(';')) return 'semicolon'
  if (path.includes('\\')) return 'backslash'
  if (path.includes('//')) return 'empty_segment'
  if (path.length > 1 && path.endsWith('/')) return 'trailing_slash'
  if (/[^!-~]/.test(path)) return 'encoded_odd' // Never from the wire: the guard refuses it for everyone.
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

/** Whether an escape stands at either end of a segment, where some servers cut blanks off. */
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

/** Characters that Java, of all, takes for an `i` where it does not mind capitals. */
const otherI = /[ıİ]/
const letters = /^[\x20-\x7e\p{L}\p{M}\p{N}]*$/u

/** Overlong or broken UTF-8, what is no letter, mark or number, and what may become another character. */
function isOdd(path: string): boolean {
  try {
    const decoded = decodeURIComponent(path)
    return decoded !== decoded.normalize('NFKC') || !letters.test(decoded) || otherI.test(decoded)
  } catch {
    return true
  }
}
