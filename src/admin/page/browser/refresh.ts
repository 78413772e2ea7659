import { clockTime } from '../../../words/units.ts'
import { browserWords } from './browser-words.ts'
import { part, setText } from './dom.ts'
import { inOwnLanguage } from './language-switch.ts'
import type { Timed } from './live.ts'

let working = false
let possible = false

/** Whether the sidecar answers, so that the button can be used. */
export function allowRefresh(there: boolean): void {
  possible = there
  renderButton()
}

/** The button stays focusable while it cannot be pressed: a disabled one would throw keyboard users back to the top. */
function renderButton(): void {
  if (possible && !working) part('refresh').removeAttribute('aria-disabled')
  else part('refresh').setAttribute('aria-disabled', 'true')
}

export function refreshButton(show: (status: Timed) => void): void {
  renderButton()
  part('refresh').addEventListener('click', async () => {
    if (working || !possible) return
    working = true
    renderButton()
    say(browserWords().asking, '')
    try {
      const { sentence, good, ageS } = await refresh(show)
      say(`${sentence} (${clockTime(Date.now() - ageS * 1000)})`, good ? 'good-text' : 'failed-text')
    } finally {
      working = false
      renderButton()
    }
  })
}

/** The outcome, and its age: within ten seconds the last outcome is shown, and CATAPA is not asked. */
async function refresh(show: (status: Timed) => void): Promise<{ sentence: string; good: boolean; ageS: number }> {
  try {
    const response = await fetch(inOwnLanguage('/api/token/refresh'), {
      method: 'POST',
      headers: { 'X-Catapa-Sidecar': '1' },
    })
    const answer = await response.json()
    const ageS = Number(response.headers.get('Age'))
    if (!response.ok) return { sentence: browserWords().notRefreshed(answer.detail), good: false, ageS }
    show(answer)
    return { sentence: browserWords().refreshed, good: true, ageS }
  } catch {
    return { sentence: browserWords().didNotAnswer, good: false, ageS: 0 }
  }
}

function say(sentence: string, className: string): void {
  const outcome = part('refresh-outcome')
  outcome.className = className
  setText(outcome, sentence)
}
