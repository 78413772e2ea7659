import { speak } from '../../../words/language.ts'
import type { Status } from '../../status/status.ts'
import { gone } from '../headline.ts'
import { browserWords } from './browser-words.ts'
import { part, setText } from './dom.ts'
import { languageSwitch } from './language-switch.ts'
import { type Timed, watch } from './live.ts'
import { allowRefresh, refreshButton } from './refresh.ts'
import { forgetCountdown, render, renderHeadline, unfoldButton } from './sections.ts'

let last: { status: Status; skewMs: number; at: number } | undefined
let answering = false

function seen(status: Status, skewMs: number): void {
  // A new version of the sidecar brings a new page.
  if (last !== undefined && last.status.version !== status.version) location.reload()
  last = { status, skewMs, at: Date.now() }
  answering = true
  delete part('main').dataset.stale
  link('live', browserWords().live)
  allowRefresh(true)
  tick()
}

/** An answer of the sidecar to a button. */
function answered(status: Timed): void {
  seen(status, Date.parse(status.at) - Date.now())
}

function lost(): void {
  answering = false
  part('main').dataset.stale = ''
  link('gone', browserWords().noAnswer)
  renderHeadline(gone(last?.at))
  forgetCountdown()
  allowRefresh(false)
}

function link(state: 'live' | 'gone', text: string): void {
  part('link').dataset.link = state
  setText(part('link'), text)
}

/** Between two messages only times move on; without a sidecar nothing moves. */
function tick(): void {
  if (answering && last !== undefined) render(last.status, Date.now() + last.skewMs, answered)
}

if (document.documentElement.lang === 'id') {
  await import('../indonesian-page.ts')
  speak('id')
}
part('not-loaded').remove() // It is shown only if this script does not run.
setInterval(tick, 1000)
unfoldButton()
languageSwitch()
watch({ seen, gone: lost })
refreshButton(answered)
