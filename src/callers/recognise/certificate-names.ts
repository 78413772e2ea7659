import { tried } from '../../words/tried.ts'

/** A value of DER (X.690): its tag, and its content. */
type Value = Readonly<{ tag: number; content: Buffer }>

const tags = {
  version: 0xa0,
  boolean: 0x01,
  octets: 0x04,
  oid: 0x06,
  sequence: 0x30,
  extensions: 0xa3,
  dnsName: 0x82,
  uri: 0x86,
}
/** Tags of GeneralName (RFC 5280 §4.2.1.6), in the order of their numbers. */
const kindsOfName = [0xa0, 0x81, tags.dnsName, 0xa3, 0xa4, 0xa5, tags.uri, 0x87, 0x88]
/** Only certificates of version 3 have extensions. */
const version3 = Buffer.of(2, 1, 2)
const subjectAltName = Buffer.from('551d11', 'hex')

/**
 * The names of a certificate's kinds DNS and URI, as `certificate` lines are written: `dns:name` in lower case, `uri:URI` byte for
 * byte. Read from its DER: in a text of all names, a name with commas and quotes can pass for several.
 *
 * @returns undefined for anything odd: then no name of the certificate is to be believed
 */
export function namesIn(der: Buffer): readonly string[] | undefined {
  return tried(() => {
    const [toBeSigned, ...more] = valuesIn(within(only(valuesIn(der)), tags.sequence))
    if (more.length !== 2) throw odd()
    const [version, ...fields] = valuesIn(within(toBeSigned, tags.sequence))
    const extended = fields.filter(({ tag }) => tag === tags.extensions)
    if (extended.length === 0) return []
    if (!within(version, tags.version).equals(version3)) throw odd()
    const extensions = valuesIn(within(only(valuesIn(only(extended).content)), tags.sequence))
    const found = extensions.map(readExtension).filter(({ oid }) => oid.equals(subjectAltName))
    return found.length === 0
      ? []
      : valuesIn(within(only(valuesIn(only(found).value)), tags.sequence)).flatMap(readName)
  })
}

function readExtension(extension: Value): { oid: Buffer; value: Buffer } {
  const [oid, ...rest] = valuesIn(within(extension, tags.sequence))
  const [critical, value] = rest.length === 2 ? rest : [undefined, ...rest]
  if (critical !== undefined) within(critical, tags.boolean)
  return { oid: within(oid, tags.oid), value: within(value, tags.octets) }
}

function readName({ tag, content }: Value): string[] {
  if (!kindsOfName.includes(tag)) throw odd()
  if (tag !== tags.dnsName && tag !== tags.uri) return []
  // No name of these kinds has blanks, control characters or anything beyond ASCII in it.
  if (content.length === 0 || content.some((byte) => byte <= 0x20 || byte >= 0x7f)) throw odd()
  const text = content.toString('latin1')
  return [tag === tags.uri ? `uri:${text}` : `dns:${text.toLowerCase()}`]
}

/** The values that stand one after another. @throws Error unless it is DER: shortest lengths, no rest */
function valuesIn(der: Buffer): Value[] {
  const values: Value[] = []
  for (let at = 0; at < der.length; ) {
    const tag = byteAt(der, at)
    const { length, from } = lengthAt(der, at + 1)
    if ((tag & 0x1f) === 0x1f || from + length > der.length) throw odd()
    values.push({ tag, content: der.subarray(from, from + length) })
    at = from + length
  }
  return values
}

function lengthAt(der: Buffer, at: number): { length: number; from: number } {
  const first = byteAt(der, at)
  if (first < 0x80) return { length: first, from: at + 1 }
  const bytes = first - 0x80
  if (bytes < 1 || bytes > 3) throw odd() // Without end, or longer than any certificate.
  let length = 0
  for (let i = 1; i <= bytes; i++) length = length * 256 + byteAt(der, at + i)
  if (length < 0x80 || length < 256 ** (bytes - 1)) throw odd()
  return { length, from: at + 1 + bytes }
}

function byteAt(der: Buffer, at: number): number {
  const byte = der[at]
  if (byte === undefined) throw odd()
  return byte
}

function within(value: Value | undefined, tag: number): Buffer {
  if (value?.tag !== tag) throw odd()
  return value.content
}

function only<Item>([first, ...more]: readonly Item[]): Item {
  if (first === undefined || more.length > 0) throw odd()
  return first
}

function odd(): Error {
  return new Error('this is no certificate in DER')
}
