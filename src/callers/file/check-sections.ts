import type { Config } from '../../settings/config.ts'
import { flawOfGuard, missingForTls } from '../../settings/cross-checks.ts'
import { isLocal, isTls, type ListenAddress, leadsTo, overlap } from '../../settings/listen-address.ts'
import { type AtLine, everyone, type Section } from '../caller.ts'
import { callerRuleWords } from './caller-rule-words.ts'
import { callersFileWords } from './callers-file-words.ts'
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
      : [{ line, problem: callersFileWords().ofRule(what, section, callerRuleWords().sameAs(first.line)) }]
  })
}

function flawsOf(
  { value: address, line, section }: InSection<ListenAddress>,
  settings: CallersSettings,
): LineProblem[] {
  const { listen, adminListen, trustNetwork, baseUrl, tokenUrl } = settings
  const missing = missingForTls(settings)
  const words = callerRuleWords()
  const flaws: (string | false)[] = [
    listen.some((other) => overlap(other, address)) && words.sameAsListen,
    adminListen.some((other) => overlap(other, address)) && words.sameAsAdminListen,
    !trustNetwork && !isLocal(address) && words.reachable,
    isTls(address) && missing.length > 0 && words.needsForTls(missing),
    [baseUrl, tokenUrl].some((url) => leadsTo(url, address)) && words.callsItself,
  ]
  return problemsOf('listen', section, line, flaws)
}

function flawsOfCertificate(
  { value, line, section }: InSection<string>,
  tls: boolean,
  { tlsClientCaFile }: CallersSettings,
): LineProblem[] {
  const isName = !value.startsWith('sha256:')
  const words = callerRuleWords()
  return problemsOf('certificate', section, line, [
    !tls && words.needsTls,
    isName && tlsClientCaFile === undefined && words.needsCa,
  ])
}

function problemsOf(rule: string, section: string, line: number, flaws: readonly (string | false)[]): LineProblem[] {
  return flaws.flatMap((flaw) =>
    flaw === false ? [] : [{ line, problem: callersFileWords().ofRule(rule, section, flaw) }],
  )
}

/** Without SIDECAR_TRUST_NETWORK a `tls:` address that others can reach is for callers who show who they are. */
function flawOfEveryone({ name, line }: Section, { listen, trustNetwork }: CallersSettings): LineProblem[] {
  if (name !== everyone || trustNetwork || !listen.some((address) => isTls(address) && !isLocal(address))) return []
  return [{ line, problem: callersFileWords().openToAll }]
}

function flawOfRepeats({ name, repeats }: Section, settings: CallersSettings): LineProblem[] {
  const flaw = repeats?.value === 'guard' ? flawOfGuard(settings) : undefined
  if (flaw === undefined || repeats === undefined) return []
  return [{ line: repeats.line, problem: callersFileWords().ofRule('repeats', name, callerRuleWords().guard(flaw)) }]
}
