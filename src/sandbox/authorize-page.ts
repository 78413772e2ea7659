import { createHash } from 'node:crypto'
import type { Employee } from './people.ts'
import type { SandboxAnswer } from './sandbox-request.ts'

const style = `
:root { color-scheme: light dark; --ground: #f4f6f8; --card: #fff; --ink: #1a2330; --quiet: #55616f; --line: #d9dfe6;
  --hover: #eef3fb; --accent: #1d5fc2; --note: #875000; --note-ground: #fdf3dd; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ground: #11151b; --card: #1a2029; --ink: #e6ebf1; --quiet: #a2aebb;
  --line: #303a46; --hover: #222c39; --accent: #8db8ff; --note: #f1bd62; --note-ground: #2d2310; --bad: #ff9d94 } }
* { box-sizing: border-box }
body { margin: 0; padding: clamp(1rem, 6vh, 4rem) 1rem 2rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif }
main { max-width: 27rem; margin: 0 auto; background: var(--card); border: 1px solid var(--line); border-radius: 16px;
  overflow: hidden; box-shadow: 0 1px 3px rgb(0 0 0 / 8%), 0 12px 32px rgb(0 0 0 / 6%) }
.note { margin: 0; padding: .625rem 1.5rem; background: var(--note-ground); color: var(--note); font-size: .875rem }
.in { padding: 1.5rem }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; line-height: 1.3 }
p { margin: 0 0 1.25rem; color: var(--quiet); overflow-wrap: anywhere }
p b { color: var(--ink) }
.people { display: grid; gap: .5rem; margin: 0; padding: 0; list-style: none }
.people button { display: flex; gap: .875rem; align-items: center; width: 100%; padding: .625rem .75rem; text-align: left }
button { border: 1px solid var(--line); border-radius: 10px; background: var(--card); color: inherit; font: inherit;
  cursor: pointer }
button:hover { background: var(--hover); border-color: var(--accent) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.initials { flex: none; display: grid; place-items: center; width: 2.5rem; height: 2.5rem; border-radius: 50%;
  background: var(--hover); color: var(--accent); font-weight: 650; font-size: .875rem }
.who { display: grid; min-width: 0 }
.who span { color: var(--quiet); font-size: .875rem }
details { margin-top: .75rem }
summary { padding: .375rem 0; color: var(--accent); cursor: pointer }
details .people { max-height: 20rem; overflow-y: auto; margin-top: .375rem; padding: 3px }
.in > :last-child { margin-bottom: 0 }
.deny { width: 100%; margin-top: 1.25rem; padding: .625rem; color: var(--bad) }
`

/** Nothing but this page's own style is loaded, and forms lead here and to the given origins (a redirect counts as one). */
export function securityHeaders(formTargets: readonly string[]): Record<string, string> {
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]
  return {
    'Content-Security-Policy': policy.join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  }
}

type Login = Readonly<{ clientId: string; tenant: string; redirectUri: string; people: readonly Employee[] }>

/** The page to log in. The form goes to the page's own address, so that nothing of the query stands in the page. */
export function loginPage({ clientId, tenant, redirectUri, people }: Login): SandboxAnswer {
  const first = ['DIR', 'HRD', 'FIN', 'ITD', 'PRD'].flatMap((code) => one(people, code))
  const others = people.filter((person) => !first.includes(person))
  return page(
    200,
    'Log in to the sandbox',
    `<h1>Who are you?</h1>
<p>The program <b>${escaped(clientId)}</b> wants to work in the tenant <b>${escaped(tenant)}</b> on your behalf.</p>
<form method="post">
<ul class="people">${first.map(button).join('')}</ul>
<details><summary>Somebody else (${others.length})</summary><ul class="people">${others.map(button).join('')}</ul></details>
<button class="deny" name="deny" value="true">Deny access</button>
</form>`,
    [new URL(redirectUri).origin],
  )
}

/** A page for what cannot be answered by a redirect. */
export function errorPage(what: string, remedy: string, status = 400): SandboxAnswer {
  return page(status, 'This did not work', `<h1>${escaped(what)}</h1><p>${escaped(remedy)}</p>`, [])
}

/** The people that stand first: somebody of each rank, each from another department. */
function one(people: readonly Employee[], code: string): Employee[] {
  const levels: Readonly<Record<string, number>> = { DIR: 6, HRD: 4, FIN: 3, ITD: 2, PRD: 1 }
  const found = people.find(
    ({ organization, jobLevel }) => organization.code === code && jobLevel.level === levels[code],
  )
  return found === undefined ? [] : [found]
}

function button({ id, name, jobTitle }: Employee): string {
  const initials = name
    .split(' ')
    .map((word) => word.charAt(0))
    .join('')
  return `<li><button name="person" value="${escaped(id)}"><span class="initials" aria-hidden="true">${escaped(initials)}</span>
<span class="who">${escaped(name)}<span>${escaped(jobTitle.name)}</span></span></button></li>`
}

function page(status: number, title: string, content: string, formTargets: readonly string[]): SandboxAnswer {
  return {
    status,
    headers: { 'Content-Type': 'text/html; charset=utf-8', ...securityHeaders(formTargets) },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${style}</style>
<main>
<p class="note">A sandbox of CATAPA, not CATAPA: all people are invented, and no password is asked for.</p>
<div class="in">
${content}
</div>
</main>
</html>
`,
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
