import type { Config } from '../../settings/config.ts'
import { flawOfGuard, missingForTls } from '../../settings/cross-checks.ts'
import { isLocal, isTls, type ListenAddress, leadsTo, overlap } from '../../settings/listen-address.ts'
import { type AtLine, everyone, type Section } from '../caller.ts'
import type { LineProblem } from './parse-callers.ts'

/** The settings that a callers file has to agree with. */
export type CallersSettings = Pick<
  Config,
  | ('callersFile' | 'listen' | 'adminListen' | 'trustNetwork' | 'baseUrl' | 'tokenUrl')
  | ('auditDir' | 'auditKeyFile' | 'auditOnFailure')
  | ('tlsCertFile' | 'tlsKeyFile' | 'tlsClientCaFile')
>

/** Problems that no single line shows: the same value in two lines, and listeners that conflict. */
export function checkSections(sections: readonly Section[], settings: CallersSettings): LineProblem[] {
  const inSections = <Value>(linesOf: (section: Section) => readonly AtLine<Value>[]) =>
    sections.flatMap((section) => linesOf(section).map((line) => ({ ...line, section: section.name })))
  const isSame = (one: unknown, other: unknown) => one === other
  const keys = inSections((section) => section.keys)
  const users = inSections((section) => section.users)
  const listeners = inSections((section) => section.listen)
  const certificates = inSections((section) => section.certificates)
  const tls = [...settings.listen, ...listeners.map(({ value }) => value)].some(isTls)
  return [
    ...repeated('key', keys, isSame),
    ...repeated('user', users, isSame),
    ...repeated('certificate', certificates, isSame),
    ...repeated('listen', listeners, overlap),
    ...listeners.flatMap((listener) => flawsOf(listener, settings)),
    ...certificates.flatMap((certificate) => flawsOfCertificate(certificate, tls, settings)),
    ...sections.flatMap((section) => flawOfRepeats(section, settings)),
    ...sections.flatMap((section) => flawOfEveryone(section, settings)),
  ]
}

type InSection<Value> = AtLine<Value> & Readonly<{ section: string }>

/** A value in two lines would belong to two callers, or one of the lines is needless. */
function repeated<Value>(
  what: string,
  all: readonly InSection<Value>[],
  same: (one: Value, other: Value) => boolean,
): LineProblem[] {
  return all.flatMap(({ value, line, section }, index) => {
    const first = all.slice(0, index).find((other) => same(other.value, value))
    return first === undefined
      ? []
      : [{ line, problem: `${what} in [${section}] is the same as in line ${first.line}` }]
  })
}

function flawsOf(
  { value: address, line, section }: InSection<ListenAddress>,
  settings: CallersSettings,
): LineProblem[] {
  const { listen, adminListen, trustNetwork, baseUrl, tokenUrl } = settings
  const flaws: (string | false)[] = [
    listen.some((other) => overlap(other, address)) && 'should be another address than SIDECAR_LISTEN',
    adminListen.some((other) => overlap(other, address)) && 'should be another address than SIDECAR_ADMIN_LISTEN',
    !trustNetwork &&
      !isLocal(address) &&
      'should be loopback or a socket file, since every program that can connect is taken for this caller, unless SIDECAR_TRUST_NETWORK is true',
    isTls(address) &&
      missingForTls(settings).length > 0 &&
      `has a tls: address, which needs ${missingForTls(settings).join(' and ')}`,
    [baseUrl, tokenUrl].some((url) => leadsTo(url, address)) &&
      'should not be where CATAPA_BASE_URL or CATAPA_TOKEN_URL leads: the sidecar would call itself',
  ]
  return flaws.flatMap((problem) => (problem === false ? [] : [{ line, problem: `listen in [${section}] ${problem}` }]))
}

function flawsOfCertificate(
  { value, line, section }: InSection<string>,
  tls: boolean,
  { tlsClientCaFile }: CallersSettings,
): LineProblem[] {
  const isName = !value.startsWith('sha256:')
  const flaws: (string | false)[] = [
    !tls &&
      'needs a listener with TLS, as tls:0.0.0.0:8443 in SIDECAR_LISTEN or in a listen line: nobody shows one else',
    isName &&
      tlsClientCaFile === undefined &&
      'needs SIDECAR_TLS_CLIENT_CA_FILE, the CA that vouches for names; without one write certificate = sha256:…, which catapa-sidecar certificate FILE.pem prints',
  ]
  return flaws.flatMap((flaw) => (flaw === false ? [] : [{ line, problem: `certificate in [${section}] ${flaw}` }]))
}

/** Without SIDECAR_TRUST_NETWORK a `tls:` address that others can reach is for callers who show who they are. */
function flawOfEveryone({ name, line }: Section, { listen, trustNetwork }: CallersSettings): LineProblem[] {
  if (name !== everyone || trustNetwork || !listen.some((address) => isTls(address) && !isLocal(address))) return []
  return [
    {
      line,
      problem:
        'begins the section [*], which would let in every program that can connect to a tls: address of SIDECAR_LISTEN: leave it out, unless SIDECAR_TRUST_NETWORK is true',
    },
  ]
}

function flawOfRepeats({ name, repeats }: Section, settings: CallersSettings): LineProblem[] {
  const flaw = repeats?.value === 'guard' ? flawOfGuard(settings) : undefined
  return flaw === undefined || repeats === undefined
    ? []
    : [{ line: repeats.line, problem: `repeats in [${name}] = ${flaw}` }]
}
