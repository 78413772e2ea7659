import { createHash } from 'node:crypto'
import { language } from '../../words/language.ts'
import { endingPageWords } from './ending-page-words.ts'

const style = `
:root { color-scheme: light dark; --ground: #f4f6f8; --card: #fff; --ink: #1a2330; --quiet: #55616f; --line: #d9dfe6;
  --good: #14713c; --good-ground: #e6f4eb; --bad: #b3261e; --bad-ground: #fcebea; --note: #875000; --note-ground: #fdf3dd }
@media (prefers-color-scheme: dark) { :root { --ground: #11151b; --card: #1a2029; --ink: #e6ebf1; --quiet: #a2aebb;
  --line: #303a46; --good: #6ed39b; --good-ground: #12291d; --bad: #ff9d94; --bad-ground: #331a1a; --note: #f1bd62;
  --note-ground: #2d2310 } }
* { box-sizing: border-box }
body { margin: 0; padding: clamp(1rem, 14vh, 8rem) 1rem 2rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif }
main { max-width: 30rem; margin: 0 auto; padding: 2.25rem 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 16px; text-align: center; box-shadow: 0 1px 3px rgb(0 0 0 / 8%), 0 12px 32px rgb(0 0 0 / 6%) }
.sign { display: grid; place-items: center; width: 4rem; height: 4rem; margin: 0 auto 1.25rem; border-radius: 50%;
  background: var(--tone-ground); color: var(--tone) }
.good { --tone: var(--good); --tone-ground: var(--good-ground) }
.bad { --tone: var(--bad); --tone-ground: var(--bad-ground) }
.note { --tone: var(--note); --tone-ground: var(--note-ground) }
svg { width: 2rem; height: 2rem; fill: none; stroke: currentColor; stroke-width: 2.5; stroke-linecap: round;
  stroke-linejoin: round }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.3 }
p { margin: 0 0 .5rem; color: var(--quiet); text-wrap: balance }
footer { margin-top: 1.5rem; text-align: center; color: var(--quiet); font-size: .875rem }
`

const signs = {
  good: '<path d="M5 13l4.5 4.5L19 7"/>',
  bad: '<path d="M6 6l12 12M18 6L6 18"/>',
  note: '<path d="M12 5v9M12 18.5v.01"/>',
}

/** All pages of the redirect listener. They repeat nothing of a request. */
const tones = {
  done: 'good',
  unconfirmed: 'good',
  failed: 'bad',
  notTheAnswer: 'note',
  tooLate: 'note',
} as const satisfies Record<string, keyof typeof signs>

export type PageName = keyof typeof tones

/** A page without script, image or font from elsewhere, in the language of the terminal. */
export function endingPage(name: PageName): { headers: Record<string, string>; body: string } {
  const tone = tones[name]
  const {
    [name]: { title, sentences },
    footer,
  } = endingPageWords()
  const body = `<!doctype html>
<html lang="${language()}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} – catapa-sidecar</title>
<style>${style}</style>
<main class="${tone}">
<div class="sign"><svg viewBox="0 0 24 24" aria-hidden="true">${signs[tone]}</svg></div>
<h1>${title}</h1>
${sentences.map((sentence) => `<p>${sentence}</p>`).join('\n')}
</main>
<footer>${footer}</footer>
</html>
`
  const hash = createHash('sha256').update(style).digest('base64')
  return {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': String(Buffer.byteLength(body)),
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
      Connection: 'close',
    },
    body,
  }
}
