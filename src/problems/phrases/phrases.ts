import { words } from '../../words/language.ts'
import { auditPhrases } from './audit-phrases.ts'
import { loginPhrases } from './login-phrases.ts'
import { repeatPhrases } from './repeat-phrases.ts'
import { requestPhrases } from './request-phrases.ts'
import { secretPhrases } from './secret-phrases.ts'
import { storePhrases } from './store-phrases.ts'
import type { Table } from './table.ts'
import { tokenPhrases } from './token-phrases.ts'
import { upstreamPhrases } from './upstream-phrases.ts'

/** The words for every cause. */
export const phrases = words<'phrases', Table>('phrases', {
  ...requestPhrases,
  ...upstreamPhrases,
  ...tokenPhrases,
  ...loginPhrases,
  ...auditPhrases,
  ...repeatPhrases,
  ...secretPhrases,
  ...storePhrases,
})
