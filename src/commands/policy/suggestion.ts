import { everyone } from '../../callers/caller.ts'
import { count, type DoneByCallers } from './done.ts'
import type { MadeRequest, Untold } from './made-request.ts'
import { plural, type SuggestedSection, sectionText, suggestedSection } from './suggested-section.ts'

/** The kind of record that is read. */
export type Source = 'log' | 'trail'

/** Sections for the callers file, by name, and notes on the source, in sentences without a full stop. */
export type Suggestion = Readonly<{ sections: ReadonlyMap<string, SuggestedSection>; notes: readonly string[] }>

/** The narrowest section for each caller that allows all its calls. Only a count for each operation is kept in memory. */
export async function suggestionFrom(
  told: AsyncIterable<MadeRequest | Untold> | Iterable<MadeRequest | Untold>,
  source: Source,
): Promise<Suggestion> {
  const callers: DoneByCallers = new Map()
  const untold = { pretty: 0, foreign: 0, flood: 0, gap: 0 }
  for await (const one of told) {
    if ('kind' in one) untold[one.kind] += one.count
    else count(callers, one)
  }
  // `[*]` is the last, as is usual.
  const place = (name: string) => (name === everyone ? 1 : 0)
  const inOrder = [...callers].sort(([one], [other]) => place(one) - place(other) || (one < other ? -1 : 1))
  const sections = new Map(inOrder.map(([name, done]) => [name, suggestedSection(done)]))
  return { sections, notes: notes(callers, untold, source) }
}

/** The sections as text. */
export function sectionsText(sections: Suggestion['sections']): string {
  return [...sections].map(([name, section]) => `${sectionText(name, section)}\n`).join('\n')
}

function notes(callers: DoneByCallers, untold: Record<Untold['kind'], number>, source: Source): string[] {
  const { pretty, foreign, flood, gap } = untold
  const all = [
    callers.size === 0 && `no request was found in the ${source}`,
    pretty > 0 && `${plural(pretty, 'line')} could not be read, in the form for people: set SIDECAR_LOG_FORMAT=json`,
    foreign > 0 && `${plural(foreign, 'line')} could not be read: the sidecar did not write them, or not whole`,
    flood > 0 && `${plural(flood, 'failed request')} had no line of their own, and are not counted`,
    gap > 0 && `${plural(gap, 'line')} could not be written to the trail, and are not counted`,
    callers.size === 1 && callers.has(everyone) && `nobody has a name in this ${source}: [*] is everyone who called`,
  ]
  return all.filter((sentence) => sentence !== false)
}
