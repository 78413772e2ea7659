import { type CallersFile, everyone, type Section } from '../caller.ts'

/** The sections of a callers file by key, listener and user. */
export type CallerIndex = Readonly<{
  byKey: ReadonlyMap<string, Section>
  byUser: ReadonlyMap<number, Section>
  byName: ReadonlyMap<string, Section>
  everyone: Section | undefined
}>

const known = new WeakMap<CallersFile, CallerIndex>()

/** The index, made once for each state of the file. */
export function callerIndexOf(file: CallersFile): CallerIndex {
  const before = known.get(file)
  if (before !== undefined) return before
  const { sections } = file
  const byName = new Map(sections.map((section) => [section.name, section]))
  const lookup = {
    byKey: new Map(sections.flatMap((section) => section.keys.map(({ value }) => [value, section]))),
    byUser: new Map(sections.flatMap((section) => section.users.map(({ value }) => [value, section]))),
    byName,
    everyone: byName.get(everyone),
  }
  known.set(file, lookup)
  return lookup
}
