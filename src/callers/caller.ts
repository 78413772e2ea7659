import type { ListenAddress } from '../settings/listen-address.ts'
import type { Limits } from './limits.ts'
import type { Restrictions } from './restrictions.ts'

/** Everyone whom no other section knows: how the section is headed, and how log, metrics and page call them. */
export const everyone = '*'
export const everyoneElse = 'other'

/** The caller of a section, as log, metrics and page call it. */
export function shownName(section: string): string {
  return section === everyone ? everyoneElse : section
}

/** Something that stands in a line of the callers file, from 1. */
export type AtLine<Value> = Readonly<{ value: Value; line: number }>

/** A section of the callers file. */
export type Section = Readonly<{
  /** `*` for everyone else. */
  name: string
  line: number
  /** Lower-case hex of SHA-256. */
  keys: readonly AtLine<string>[]
  listen: readonly AtLine<ListenAddress>[]
  /** Numbers of Linux users. */
  users: readonly AtLine<number>[]
  restrictions: Restrictions
  limits: Limits
}>

/** A callers file in which nothing is wrong. */
export type CallersFile = Readonly<{
  path: string
  /** In the order of the file, `*` included. */
  sections: readonly Section[]
}>

/** The file for a sidecar that opens no listener of single callers. */
export function withoutListeners(file: CallersFile): CallersFile {
  return { ...file, sections: file.sections.map((section) => ({ ...section, listen: [] })) }
}

/** How a caller was recognised; undefined for everyone else. */
export type How = 'listener' | 'key' | 'user'

/** How a program can show that it is this caller; none for everyone else. */
export function waysOf({ keys, listen, users }: Section): How[] {
  const ways: [How, readonly unknown[]][] = [
    ['listener', listen],
    ['key', keys],
    ['user', users],
  ]
  return ways.flatMap(([way, lines]) => (lines.length > 0 ? [way] : []))
}

/** The callers file that is in use, since when on the wall clock, and what is wrong with a later state of it. */
export type CallersInUse = Readonly<{ file: CallersFile; since: number; problems: readonly string[] }>
