import type { ListenAddress } from '../settings/listen-address.ts'
import type { RepeatMode } from '../settings/sidecar-settings.ts'
import type { Limits, Restrictions } from './restrictions.ts'

/** All callers that no other section knows: the name of their section, and their name in log, metrics and page. */
export const everyone = '*'
export const everyoneElse = 'other'

/** The name of a section's caller in log, metrics and page. */
export function shownName(section: string): string {
  return section === everyone ? everyoneElse : section
}

/** A value and its line in the callers file, from 1. */
export type AtLine<Value> = Readonly<{ value: Value; line: number }>

/** A section of the callers file. */
export type Section = Readonly<{
  /** `*` for everyone else. */
  name: string
  line: number
  /** Lower-case hex of SHA-256. */
  keys: readonly AtLine<string>[]
  listen: readonly AtLine<ListenAddress>[]
  /** What a certificate has to show, in one spelling: `dns:name` in lower case, `uri:URI`, `sha256:` and the pin of its public key. */
  certificates: readonly AtLine<string>[]
  /** Ids of Linux users. */
  users: readonly AtLine<number>[]
  restrictions: Restrictions
  limits: Limits
  /** Undefined: as SIDECAR_REPEATS says. */
  repeats: AtLine<RepeatMode> | undefined
}>

/** A callers file without problems. */
export type CallersFile = Readonly<{
  path: string
  /** In the order of the file, `*` included. */
  sections: readonly Section[]
}>

/** The file for a sidecar that opens no listeners for single callers. */
export function withoutListeners(file: CallersFile): CallersFile {
  return { ...file, sections: file.sections.map((section) => ({ ...section, listen: [] })) }
}

/** How a caller was recognised; undefined for everyone else. */
export type How = 'listener' | 'key' | 'certificate' | 'user'

/** The ways in which a program can show that it is this caller; none for everyone else. */
export function waysOf({ keys, listen, certificates, users }: Section): How[] {
  const ways: [How, readonly unknown[]][] = [
    ['listener', listen],
    ['key', keys],
    ['certificate', certificates],
    ['user', users],
  ]
  return ways.flatMap(([way, lines]) => (lines.length > 0 ? [way] : []))
}

/** The callers file in use, `since` when on the wall clock, and the problems of a later state of it. */
export type CallersInUse = Readonly<{
  file: CallersFile
  since: number
  problems: readonly string[]
  /** The lines that they are in. */
  lines?: readonly number[]
  /** On the wall clock. */
  problemsSince?: number
}>
