import { words } from '../../words/language.ts'

/** What is wrong with the value of a rule of the callers file. Each follows `rule in [section]`. */
export const callerRuleWords = words('callerRuleWords', {
  noValue: 'has nothing after the "="',
  already: (line: number) => `stands in line ${line} already`,
  sameAs: (line: number) => `is the same as in line ${line}`,
  key: 'should be sha256: and 64 hex digits, as catapa-sidecar key prints them (the digest of the key, not the key)',
  wrong: (flaw: string) => `is wrong: ${flaw}`,
  profile: (names: readonly string[]) => `should be of ${names.join(', ')}`,
  profileTwice: (name: string) => `names ${name}, which this section has already`,
  report: 'should be true or false',
  maxInFlight: 'should be a whole number from 1 to 999999',
  rate: 'should be requests per second: a number above 0 and below 1000000, such as 20 or 0.5',
  repeats: (modes: readonly string[]) => `should be ${modes.join(', ')}`,
  guard: (flaw: string) => `= ${flaw}`,
  unknownUser: 'names a user that this system does not know; a number is taken as it is',
  userNotInTime: 'names a user that could not be looked up: getent passwd did not answer in time',
  linuxOnly: 'can be told on Linux only: give the program a key or a listener',
  sameAsListen: 'should be another address than SIDECAR_LISTEN',
  sameAsAdminListen: 'should be another address than SIDECAR_ADMIN_LISTEN',
  reachable:
    'should be loopback or a socket file, since every program that can connect is taken for this caller, unless SIDECAR_TRUST_NETWORK is true',
  needsForTls: (settings: readonly string[]) => `has a tls: address, which needs ${settings.join(' and ')}`,
  callsItself: 'should not be where CATAPA_BASE_URL or CATAPA_TOKEN_URL leads: the sidecar would call itself',
  needsTls:
    'needs a listener with TLS, as tls:0.0.0.0:8443 in SIDECAR_LISTEN or in a listen line: nobody shows one else',
  needsCa:
    'needs SIDECAR_TLS_CLIENT_CA_FILE, the CA that vouches for names; without one write certificate = sha256:…, which catapa-sidecar certificate FILE.pem prints',
})
