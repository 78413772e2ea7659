import { createHash } from 'node:crypto'
import type { Employee } from './people.ts'
import type { SandboxAnswer } from './sandbox-request.ts'

const style = `
:root { color-scheme: light dark }
body { max-width: 26rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.375rem; line-height: 1.3 }
p { overflow-wrap: anywhere }
button { width: 100%; margin: .25rem 0; padding: .5rem .75rem; font: inherit; text-align: left; cursor: pointer }
span { display: block; font-size: .875rem }
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
  const others = people.slice(5)
  return page(
    200,
    'Log in to the sandbox',
    `<h1>Who are you?</h1>
<p>The program <b>${escaped(clientId)}</b> wants to work in the tenant <b>${escaped(tenant)}</b> on your behalf.</p>
<form method="post">
${people.slice(0, 5).map(button).join('')}
<details><summary>Somebody else (${others.length})</summary>${others.map(button).join('')}</details>
<p><button name="deny" value="true">Deny access</button></p>
</form>`,
    [new URL(redirectUri).origin],
  )
}

/** A page for what cannot be answered by a redirect. */
export function errorPage(what: string, remedy: string, status = 400): SandboxAnswer {
  return page(status, 'This did not work', `<h1>${escaped(what)}</h1><p>${escaped(remedy)}</p>`, [])
}

function button({ id, name, jobTitle }: Employee): string {
  return `<button name="person" value="${escaped(id)}">${escaped(name)}<span>${escaped(jobTitle?.name ?? '')}</span></button>\n`
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
<p>A sandbox of CATAPA, not CATAPA: all people are invented, and no password is asked for.</p>
${content}
</main>
</html>
`,
  }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
