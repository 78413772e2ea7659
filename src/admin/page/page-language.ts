import type { IncomingHttpHeaders } from 'node:http'
import { type Language, languages } from '../../words/language.ts'

/**
 * The language of the page (design/promises 17.1): that of its switch, a cookie; else of SIDECAR_LANGUAGE, unless that is `auto`;
 * else the one that the browser would rather have; else English.
 */
export function pageLanguage(
  { cookie, 'accept-language': accepted }: IncomingHttpHeaders,
  set: 'auto' | Language,
): Language {
  return switched(cookie) ?? (set === 'auto' ? preferred(accepted ?? '') : set)
}

function switched(cookies: string | undefined): Language | undefined {
  const values = cookies?.split(';').map((cookie) => cookie.trim())
  return languages.find((language) => values?.includes(`language=${language}`))
}

/** RFC 9110 §12.5.4. `in` is the code of before 1989 for `id`. */
function preferred(accepted: string): Language {
  const ranges = accepted.split(',').map((range) => {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    return { language: languageOf(tag), weight: weight === undefined ? 1 : Number(weight.slice(2)) }
  })
  const wanted = ranges.filter(({ weight }) => weight > 0).toSorted((one, other) => other.weight - one.weight)
  return wanted.find(({ language }) => language !== undefined)?.language ?? 'en'
}

function languageOf(tag: string): Language | undefined {
  const primary = tag.split('-')[0]
  return languages.find((language) => language === (primary === 'in' ? 'id' : primary))
}
