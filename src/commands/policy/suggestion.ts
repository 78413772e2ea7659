import { everyone } from '../../callers/caller.ts'
import { count, type DoneByCallers } from './done.ts'
import type { MadeRequest, Untold } from './made-request.ts'
import { policyWords } from './policy-words.ts'
import { type SuggestedSection, sectionText, suggestedSection } from './suggested-section.ts'

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
  const said = policyWords()
  const all = [
    callers.size === 0 && said.noRequest(source),
    pretty > 0 && said.pretty(pretty),
    foreign > 0 && said.foreign(foreign),
    flood > 0 && said.flood(flood),
    gap > 0 && said.gap(gap),
    callers.size === 1 && callers.has(everyone) && said.nobodyNamed(source),
  ]
  return all.filter((sentence) => sentence !== false)
}
