import { credential, type Say } from './setting.ts'

/** Flaws of any credential. A text copied from a page often brings an invisible character along. */
function flawOf(value: string): string | undefined {
  if (value.includes('\0')) return 'contains a NUL character: its text was read in the wrong encoding'
  if (value !== value.trim()) return 'has blanks or line breaks around it'
  return /[\x00-\x1F\x7F-\x9F]/.test(value) ? 'contains a line break or another control character' : undefined
}

/** Reports only the first flaw; `rule` and its `problem` are this credential's own. */
function reader(rule?: RegExp, problem?: string) {
  return (value: string, say: Say) => {
    const flaw = flawOf(value) ?? (rule?.test(value) === false ? problem : undefined)
    return flaw === undefined ? value : say(flaw)
  }
}

const toCome = '(comes from the command)'
const shown = (value: string) => value || toCome

/** The OAuth client: each of these also has a `…_FILE` form. */
export const credentialSettings = {
  tenant: credential('CATAPA_TENANT', {
    description: 'Tenant code.',
    expected: 'your tenant code, or CATAPA_TENANT_FILE the path of a file that holds it',
    example: 'your-tenant',
    read: reader(/^[\x21-\x7E]+$/, 'should be visible ASCII characters without blanks, since it is sent in a header'),
    show: shown,
  }),
  clientId: credential('CATAPA_CLIENT_ID', {
    description: 'Id of the OAuth client.',
    expected: 'the id of your OAuth client, or CATAPA_CLIENT_ID_FILE the path of a file that holds it',
    example: 'your-client-id',
    read: reader(/^[\x20-\x7E]+$/, 'should be ASCII characters'), // RFC 6749 appendix A.1
    show: shown,
  }),
  clientSecret: credential('CATAPA_CLIENT_SECRET', {
    description: 'Secret of the OAuth client.',
    expected:
      'the secret of your OAuth client, or CATAPA_CLIENT_SECRET_FILE the path of a file that holds it, or CATAPA_CLIENT_SECRET_COMMAND a program that prints it',
    example: 'your-client-secret',
    read: reader(),
    show: (value) => (value === '' ? toCome : '(set, not shown)'),
  }),
}
