/** One part of a multipart/form-data body (RFC 7578). */
export type Part = Readonly<{
  name: string
  filename: string | undefined
  contentType: string | undefined
  body: Buffer
}>

/** The parts of a body, or what is wrong with it. */
export function partsOf(contentType: string | undefined, body: Buffer): Part[] | { problem: string } {
  if (!/^\s*multipart\/form-data\s*;/i.test(contentType ?? ''))
    return { problem: 'The request is not multipart/form-data' }
  const boundary = parameter(contentType ?? '', 'boundary')
  // RFC 2046 §5.1.1: 1 to 70 characters.
  if (!boundary || boundary.length > 70) return { problem: 'The multipart boundary is missing or too long' }

  // The first delimiter has no line break before it when nothing precedes it; with one, all look alike.
  const text = Buffer.concat([Buffer.from('\r\n'), body])
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const parts: Part[] = []
  let at = text.indexOf(delimiter)
  while (at >= 0) {
    const afterDelimiter = at + delimiter.length
    if (text.subarray(afterDelimiter, afterDelimiter + 2).toString('latin1') === '--') return parts
    const next = text.indexOf(delimiter, afterDelimiter)
    if (next < 0) break
    const part = partOf(text.subarray(afterDelimiter, next))
    if (!part) return { problem: 'A part of the multipart body has no name' }
    parts.push(part)
    at = next
  }
  return { problem: 'The multipart body ends before its last boundary' }
}

/** From behind the delimiter: padding, line break, headers, an empty line, the body. */
function partOf(bytes: Buffer): Part | undefined {
  const lineEnd = bytes.indexOf('\r\n')
  const headEnd = bytes.indexOf('\r\n\r\n', lineEnd)
  if (lineEnd < 0 || headEnd < 0) return undefined
  const head = bytes.subarray(lineEnd, headEnd).toString('utf8')
  const disposition = header(head, 'content-disposition')
  const name = disposition && parameter(disposition, 'name')
  if (!disposition || name === undefined) return undefined
  return {
    name,
    filename: parameter(disposition, 'filename'),
    contentType: header(head, 'content-type'),
    body: bytes.subarray(headEnd + 4),
  }
}

function header(head: string, name: string): string | undefined {
  const line = head.split('\r\n').find((candidate) => candidate.toLowerCase().startsWith(`${name}:`))
  return line?.slice(name.length + 1).trim()
}

/** One parameter of a header: a token, or a quoted string in which `\"` and `\\` (and browsers' `%22`) stand for themselves. */
function parameter(value: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s"]*))`, 'i').exec(value)
  if (!found) return undefined
  return found[1]?.replace(/\\(["\\])/g, '$1').replaceAll('%22', '"') ?? found[2]
}
