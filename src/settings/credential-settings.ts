import { expectedWords } from './expected-words.ts'
import { credential, type Say } from './setting.ts'
import { settingWords } from './setting-words.ts'
import { shownWords } from './shown-words.ts'

/** Flaws of any credential. A text copied from a page often brings an invisible character along. */
function flawOf(value: string): string | undefined {
  if (value.includes('\0')) return settingWords().nul
  if (value !== value.trim()) return settingWords().blanksAround
  return /[\x00-\x1F\x7F-\x9F]/.test(value) ? settingWords().controlCharacter : undefined
}

/** Reports only the first flaw; `rule` and its `problem` are this credential's own. */
function reader(rule?: RegExp, problem?: () => string) {
  return (value: string, say: Say) => {
    const flaw = flawOf(value) ?? (rule?.test(value) === false ? problem?.() : undefined)
    return flaw === undefined ? value : say(flaw)
  }
}

const shown = (value: string) => value || shownWords().fromCommand

/** The OAuth client: each of these also has a `…_FILE` form. */
export const credentialSettings = {
  tenant: credential('CATAPA_TENANT', {
    description: 'Tenant code.',
    expected: () => expectedWords().tenant,
    example: 'your-tenant',
    read: reader(/^[\x21-\x7E]+$/, () => settingWords().tenant),
    show: shown,
  }),
  clientId: credential('CATAPA_CLIENT_ID', {
    description: 'Id of the OAuth client.',
    expected: () => expectedWords().clientId,
    example: 'your-client-id',
    read: reader(/^[\x20-\x7E]+$/, () => settingWords().clientId), // RFC 6749 appendix A.1
    show: shown,
  }),
  clientSecret: credential('CATAPA_CLIENT_SECRET', {
    description: 'Secret of the OAuth client.',
    expected: () => expectedWords().clientSecret,
    example: 'your-client-secret',
    read: reader(),
    show: (value) => (value === '' ? shownWords().fromCommand : shownWords().isSet),
  }),
}
