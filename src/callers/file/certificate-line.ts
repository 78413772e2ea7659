import { isIP } from 'node:net'
import { certificateLineWords } from './certificate-line-words.ts'

type Flaw = Readonly<{ flaw: string }>

/**
 * What a certificate has to show (design/promises 8.2), from the value of a `certificate` line: `dns:name` in lower case, `uri:URI`
 * as it is, `sha256:` and the pin in lower-case hex. Else a problem that does not repeat the value.
 */
export function parseCertificate(value: string): string | Flaw {
  const [, kind = '', rest = ''] = /^([a-z\d]+)\s*[:=](.*)$/is.exec(value) ?? []
  switch (kind.toLowerCase()) {
    case 'dns':
      return dnsName(rest)
    case 'uri':
    case 'spiffe':
      return kind.toLowerCase() === 'uri' ? uri(rest) : { flaw: certificateLineWords().uriBefore }
    case 'sha256':
      return pin(rest)
    case 'cn':
      return { flaw: certificateLineWords().commonName }
    case 'ip':
      return { flaw: certificateLineWords().address }
    default:
      return { flaw: certificateLineWords().forms }
  }
}

function dnsName(name: string): string | Flaw {
  if (name.includes('*')) return { flaw: certificateLineWords().wildcard }
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0) {
    return { flaw: certificateLineWords().dnsAddress }
  }
  if (/[^\x00-\x7F]/.test(name)) {
    return { flaw: certificateLineWords().ascii }
  }
  if (name.endsWith('.')) return { flaw: certificateLineWords().finalDot }
  const isName = name.length <= 253 && /^[a-z\d_]([\w-]{0,61}[a-z\d_])?(\.[a-z\d_]([\w-]{0,61}[a-z\d_])?)*$/i.test(name)
  return isName ? `dns:${name.toLowerCase()}` : { flaw: certificateLineWords().hostName }
}

function uri(text: string): string | Flaw {
  if (text.includes('*')) return { flaw: certificateLineWords().wildcard }
  const isUri = text.length <= 2048 && /^[a-z][a-z\d+.-]*:[\x21-\x7E]+$/i.test(text)
  return isUri ? `uri:${text}` : { flaw: certificateLineWords().uri }
}

function pin(text: string): string | Flaw {
  if (/^[\da-f]{64}$/i.test(text)) return `sha256:${text.toLowerCase()}`
  if (/^[\da-f]{2}(:[\da-f]{2}){31}$/i.test(text)) {
    return {
      flaw: certificateLineWords().colons,
    }
  }
  if (/^(\/\/)?[\w+/-]{43}=?$/.test(text)) return { flaw: certificateLineWords().base64 }
  return { flaw: certificateLineWords().digits }
}
