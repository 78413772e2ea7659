import { moment } from '../../../words/units.ts'
import type { Status } from '../../status/status.ts'
import { openWriteName, openWriteOutcome, openWriteSource, openWritesSummary } from '../repeat-words.ts'
import { browserWords } from './browser-words.ts'
import { breakable, element, fill, part, row, setText, show } from './dom.ts'
import { inOwnLanguage } from './language-switch.ts'
import type { Timed } from './live.ts'

type OpenWrite = NonNullable<Status['repeats']>['writes'][number]

/** The writes that a person has to look for in CATAPA, each with a button; hidden while there is none. */
export function renderOpenWrites(repeats: Status['repeats'], now: number, seen: (status: Timed) => void): void {
  const writes = repeats?.writes ?? []
  show(part('open-writes'), writes.length > 0)
  if (repeats === undefined) return
  setText(part('open-writes-summary'), openWritesSummary(repeats))
  fill(part('open-write-rows'), writes, () => writes.map((write) => renderWrite(write, now, seen)))
}

function renderWrite(write: OpenWrite, now: number, seen: (status: Timed) => void): HTMLElement {
  const [when, outcome] = [moment(write.time, now), openWriteOutcome(write)]
  const small = (text: string, className = '') => element('small', text, className)
  // A phone has no room for the columns "When" and "Outcome".
  const narrow = [small(when, 'narrow'), small(outcome, 'narrow')]
  const button = element('button', browserWords().release)
  button.setAttribute('type', 'button')
  button.setAttribute('aria-label', browserWords().releaseOf(openWriteName(write), write.seq ?? '–'))
  button.addEventListener('click', () => release(write, seen))
  return row(
    [element('strong', breakable(openWriteName(write))), small(openWriteSource(write)), ...narrow],
    [element('td', when, 'aside'), element('td', outcome, 'aside'), element('td', [button])],
  )
}

/** A second question, since CATAPA would do it again. */
async function release(write: OpenWrite, seen: (status: Timed) => void): Promise<void> {
  const name = browserWords().numbered(openWriteName(write), write.seq ?? '–')
  if (!confirm(browserWords().sure(name))) return
  try {
    const response = await fetch(inOwnLanguage(`/api/repeats/release?write=${write.seq}`), {
      method: 'POST',
      headers: { 'X-Catapa-Sidecar': '1' },
    })
    const answer = await response.json()
    say(response.ok ? browserWords().released(name) : browserWords().notReleased(response.status, answer.detail))
    if (response.ok) seen(answer)
  } catch {
    say(browserWords().didNotAnswer)
  }
}

function say(sentence: string): void {
  setText(part('release-outcome'), sentence)
}
