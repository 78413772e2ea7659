import { auditPhrases } from './audit-phrases.ts'
import { loginPhrases } from './login-phrases.ts'
import { requestPhrases } from './request-phrases.ts'
import { storePhrases } from './store-phrases.ts'
import type { Table } from './table.ts'
import { tokenPhrases } from './token-phrases.ts'
import { upstreamPhrases } from './upstream-phrases.ts'

/** The one table of words: what is said of every cause. Another language is another such table, nothing else. */
export const phrases: Table = {
  ...requestPhrases,
  ...upstreamPhrases,
  ...tokenPhrases,
  ...loginPhrases,
  ...auditPhrases,
  ...storePhrases,
}
