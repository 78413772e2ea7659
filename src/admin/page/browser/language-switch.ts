import { language } from '../../../words/language.ts'
import { part } from './dom.ts'

/** The button is in the language that it leads to; the sidecar makes the page in the language of the cookie. */
export function languageSwitch(): void {
  const button = part('language')
  button.addEventListener('click', () => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not there on a page by plain HTTP from another machine
    document.cookie = `language=${button.lang}; SameSite=Strict; Path=/; Max-Age=31536000`
    location.reload()
  })
}

/** An address of the sidecar, which puts its sentences into the language of the page. */
export function inOwnLanguage(path: string): string {
  if (language() === 'en') return path
  return `${path}${path.includes('?') ? '&' : '?'}language=${language()}`
}
