import { words } from '../words/language.ts'

/** What is wrong with listen addresses. */
export const addressWords = words('addressWords', {
  /** @param number undefined where there is only one */
  flawed: (number: number | undefined, flaw: string) =>
    `${number === undefined ? 'an address' : `address ${number}`} ${flaw}`,
  shouldBeAddress:
    'should be localhost:port, IPv4:port, [IPv6]:port, one of these after tls:, or unix:/path.sock,mode=0660',
  controlCharacters: 'should not have control characters',
  url: 'should be no URL: leave out the scheme',
  portAlone: 'should name a host, not only a port: write localhost:port',
  comma: 'should be followed by a space, not by a comma',
  port: 'should have a port from 0 to 65535',
  ipv6InBrackets: 'should have an IPv6 address in its [ ]',
  ipv6WithoutBrackets: 'should have its IPv6 address in [ ]',
  star: 'has no *: write 0.0.0.0 for all IPv4 addresses, [::] for all IPv6 addresses',
  socketForm: 'of a socket file should be unix:/path.sock or unix:/path.sock,mode=0660',
  socketPath: 'of a socket file should have an absolute path',
  socketPathLength: (bytes: number) => `of a socket file should have a path of at most ${bytes} bytes`,
  socketMode: 'of a socket file should have an octal mode from 0 to 0777',
  socketTls: 'of a socket file has no TLS: leave out tls:',
  twice: 'has two addresses that are the same',
  adminTls: 'should have no tls: the admin listener is plain HTTP, on loopback or a socket file',
  sandboxTls: 'should have no tls: the sandbox is plain HTTP',
  demoPort: 'should have a port here: the sidecar of demo calls it',
  demoTls: 'tls: addresses of SIDECAR_LISTEN are left out: the demo is plain HTTP',
})
