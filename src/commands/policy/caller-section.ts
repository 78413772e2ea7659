import { type CallersFile, everyone } from '../../callers/caller.ts'
import { isKey } from '../../callers/key.ts'
import { type Restrictions, unrestricted } from '../../callers/restrictions.ts'
import { didYouMean } from '../../words/did-you-mean.ts'
import { printable } from '../../words/printable.ts'
import { policyWords } from './policy-words.ts'

/** The restrictions of a caller, by its name or `*`; `unnamed`: the file has no section `[*]`, so everyone else is refused. */
export type FoundCaller = Readonly<{ restrictions: Restrictions } | { unnamed: true } | { unknown: string }>

/** Looks a caller up in the callers file. Without a file there is only `*`, limited by SIDECAR_PROFILE alone. */
export function findCaller(name: string, file: CallersFile | undefined): FoundCaller {
  const section = file?.sections.find((known) => known.name === name)
  if (section !== undefined) return { restrictions: section.restrictions }
  if (name === everyone) return file === undefined ? { restrictions: unrestricted } : { unnamed: true }
  if (file === undefined) return { unknown: policyWords().noNames }
  const names = file.sections.map((known) => known.name)
  const shown = names.map((known) => `[${known}]`).join(', ')
  // A key given by mistake is not repeated.
  if (isKey(name)) return { unknown: policyWords().thatIsAKey(file.path, shown) }
  return { unknown: policyWords().noSection(file.path, printable(name), didYouMean(name, names), shown) }
}
