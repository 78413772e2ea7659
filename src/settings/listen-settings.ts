import { expectedWords } from './expected-words.ts'
import { parseAdminListen, parseListenAddresses, shownAddresses } from './listen-address.ts'
import { text } from './setting.ts'

/** Where the sidecar listens. A module of its own, since a probe loads no other settings. */
export const listenSettings = {
  listen: text('SIDECAR_LISTEN', 'localhost:8228', {
    description:
      'Data listener: localhost:port, host:port, [::1]:port, one of these after tls: for HTTPS, or unix:/path.sock,mode=0660 (default 0600). Several are separated by spaces. Port 0 is any free port.',
    expected: () => expectedWords().listen,
    read: parseListenAddresses,
    show: shownAddresses,
  }),
  /** Empty when the admin listener is off. */
  adminListen: text('SIDECAR_ADMIN_LISTEN', 'localhost:8229', {
    description: 'Admin listener, written like SIDECAR_LISTEN but never with tls:, or off.',
    expected: () => expectedWords().adminListen,
    read: parseAdminListen,
    show: (addresses) => shownAddresses(addresses) || 'off',
  }),
}
