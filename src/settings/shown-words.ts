import { words } from '../words/language.ts'

/** Settings in effect, as people see them. */
export const shownWords = words('shownWords', {
  none: 'none',
  isSet: '(set, not shown)',
  fromCommand: '(comes from the command)',
  proxyOf: (what: 'api' | 'token') => `HTTPS_PROXY or HTTP_PROXY, for the ${what === 'api' ? 'API' : 'token endpoint'}`,
})
