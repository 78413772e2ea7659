import { isIP } from 'node:net'

type Flaw = Readonly<{ flaw: string }>

const forms = 'dns:NAME, uri:URI or sha256: and 64 hex digits'
const printsIt = 'catapa-sidecar certificate FILE.pem prints the line'

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
      return kind.toLowerCase() === 'uri' ? uri(rest) : { flaw: 'should have uri: before its URI, as uri:spiffe://…' }
    case 'sha256':
      return pin(rest)
    case 'cn':
      return { flaw: `should be ${forms}: common names (CN) are not looked at, only names of the kinds DNS and URI` }
    case 'ip':
      return { flaw: `should be ${forms}: addresses in a certificate are not looked at` }
    default:
      return { flaw: `should be ${forms}` }
  }
}

function dnsName(name: string): string | Flaw {
  if (name.includes('*')) return noWildcard
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0) {
    return { flaw: 'should have a name after dns:, and no address: addresses in a certificate are not looked at' }
  }
  if (/[^\x00-\x7F]/.test(name)) {
    return { flaw: 'should have its name as certificates have it, in ASCII: what is beyond is written xn--…' }
  }
  if (name.endsWith('.')) return { flaw: 'should have its name without a dot at the end, as certificates have it' }
  const isName = name.length <= 253 && /^[a-z\d_]([\w-]{0,61}[a-z\d_])?(\.[a-z\d_]([\w-]{0,61}[a-z\d_])?)*$/i.test(name)
  return isName
    ? `dns:${name.toLowerCase()}`
    : { flaw: 'should have a host name after dns:, such as dns:payroll.example.com' }
}

function uri(text: string): string | Flaw {
  if (text.includes('*')) return noWildcard
  const isUri = text.length <= 2048 && /^[a-z][a-z\d+.-]*:[\x21-\x7E]+$/i.test(text)
  return isUri ? `uri:${text}` : { flaw: 'should have a URI after uri:, such as uri:spiffe://example.com/payroll' }
}

const noWildcard: Flaw = { flaw: 'should have a whole name: wildcards are not looked at' }

function pin(text: string): string | Flaw {
  if (/^[\da-f]{64}$/i.test(text)) return `sha256:${text.toLowerCase()}`
  if (/^[\da-f]{2}(:[\da-f]{2}){31}$/i.test(text)) {
    return {
      flaw: `should have its 64 hex digits without colons, and of the public key: what openssl x509 -fingerprint prints is that of the whole certificate; ${printsIt}`,
    }
  }
  if (/^(\/\/)?[\w+/-]{43}=?$/.test(text)) return { flaw: `should have its pin in hex, not in base64; ${printsIt}` }
  return { flaw: `should have 64 hex digits after sha256:, the SHA-256 of its public key; ${printsIt}` }
}
