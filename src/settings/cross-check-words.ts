import { words } from '../words/language.ts'

/** What rules between settings say: problems, which follow the name of a setting, and warnings. */
export const crossCheckWords = words('crossCheckWords', {
  sameAsListen: 'should be another address than SIDECAR_LISTEN',
  trustTls:
    'should be true when SIDECAR_LISTEN has a tls: address that is not loopback and there is no callers file: every program that can connect acts as your client',
  trust:
    'should be true when SIDECAR_LISTEN is neither loopback nor a socket file: every program that can connect acts as your client',
  neededForTls: 'is needed for a tls: address',
  idle: (name: string) => `${name} does nothing: no address of SIDECAR_LISTEN or of the callers file begins with tls:`,
  keyAlone: 'does nothing without SIDECAR_AUDIT_DIR: set that too, or leave this out',
  keyWithTrail: 'should be outside SIDECAR_AUDIT_DIR: a copy of the trail would have its key in it',
  guardNeedsTrail:
    'guard needs SIDECAR_AUDIT_DIR and SIDECAR_AUDIT_KEY_FILE: a write that was sent is known by its line in the audit trail',
  guardWhileOpen:
    'guard needs another SIDECAR_AUDIT_ON_FAILURE than open: no write may be sent without its line in the audit trail',
  unencryptedCredentials:
    'should begin with https://, since credentials would be sent unencrypted; CATAPA_ALLOW_HTTP=true allows http://',
  unencryptedKey:
    'should begin with https://, since its key would be sent unencrypted; CATAPA_ALLOW_HTTP=true allows http://',
  ofPerson: "should not be set with CATAPA_GRANT=authorization_code: a person's token is not shared",
  callsItself: "should not be one of the sidecar's own listeners: it would call itself",
  tellsNobody: "should not be one of the sidecar's own listeners: it would tell nobody else",
  colon:
    'should have no colon, which ends the id in Basic authentication; CATAPA_CLIENT_AUTH=client_secret_basic_encoded or client_secret_post can send it',
  verified:
    'NODE_TLS_REJECT_UNAUTHORIZED is ignored: certificates are always verified. CATAPA_CA_FILE adds a CA to trust.',
  unencryptedStore:
    'SIDECAR_CACHE_URL is redis:// to another machine: its password crosses the network unencrypted. Tokens are encrypted anyway; rediss:// encrypts everything.',
})
