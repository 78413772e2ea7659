import { words } from '../../words/language.ts'

/** What is wrong with a `certificate` line; each follows `certificate in [section]`. */
export const certificateLineWords = words('certificateLineWords', {
  forms: 'should be dns:NAME, uri:URI or sha256: and 64 hex digits',
  commonName:
    'should be dns:NAME, uri:URI or sha256: and 64 hex digits: common names (CN) are not looked at, only names of the kinds DNS and URI',
  address: 'should be dns:NAME, uri:URI or sha256: and 64 hex digits: addresses in a certificate are not looked at',
  uriBefore: 'should have uri: before its URI, as uri:spiffe://…',
  dnsAddress: 'should have a name after dns:, and no address: addresses in a certificate are not looked at',
  ascii: 'should have its name as certificates have it, in ASCII: what is beyond is written xn--…',
  finalDot: 'should have its name without a dot at the end, as certificates have it',
  hostName: 'should have a host name after dns:, such as dns:payroll.example.com',
  uri: 'should have a URI after uri:, such as uri:spiffe://example.com/payroll',
  wildcard: 'should have a whole name: wildcards are not looked at',
  colons:
    'should have its 64 hex digits without colons, and of the public key: what openssl x509 -fingerprint prints is that of the whole certificate; catapa-sidecar certificate FILE.pem prints the line',
  base64: 'should have its pin in hex, not in base64; catapa-sidecar certificate FILE.pem prints the line',
  digits:
    'should have 64 hex digits after sha256:, the SHA-256 of its public key; catapa-sidecar certificate FILE.pem prints the line',
})
