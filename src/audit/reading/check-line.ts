import { isUtf8 } from 'node:buffer'
import { hash as digest } from 'node:crypto'
import { type FormedLine, flawOfForm, hasNameTwice, readForm } from './line-form.ts'

const comma = ','.charCodeAt(0)
const brace = '}'.charCodeAt(0)
/** `,"hash":"…"}`, the end of each line. */
const tailBytes = ',"hash":"'.length + 64 + '"}'.length

/**
 * Checks the form of a line and that it has the hash of its bytes (design/promises 9.5).
 *
 * @param bytes the line without its line feed. One byte is changed while the digest is computed, which saves a copy.
 */
export function checkLine(bytes: Buffer): FormedLine | { flaw: string } {
  const text = bytes.toString('latin1')
  const line = readForm(text)
  if (line === undefined) return { flaw: `it ${flawOfForm(text)}` }
  if (hasNameTwice(line)) return { flaw: 'it has a name twice in its detail' }
  if (!isUtf8(bytes)) return { flaw: 'it is not UTF-8' }
  const cut = bytes.length - tailBytes
  bytes[cut] = brace
  const own = digest('sha256', bytes.subarray(0, cut + 1))
  bytes[cut] = comma
  return own === line.hash ? line : { flaw: 'its hash is not that of its bytes: it was changed after it was written' }
}
