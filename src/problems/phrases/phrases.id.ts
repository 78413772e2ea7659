import { learn } from '../../words/language.ts'
import { indonesianAuditPhrases } from './audit-phrases.id.ts'
import { indonesianLoginPhrases } from './login-phrases.id.ts'
import type { phrases } from './phrases.ts'
import { indonesianRepeatPhrases } from './repeat-phrases.id.ts'
import { indonesianRequestPhrases } from './request-phrases.id.ts'
import { indonesianSecretPhrases } from './secret-phrases.id.ts'
import { indonesianStorePhrases } from './store-phrases.id.ts'
import { indonesianTokenPhrases } from './token-phrases.id.ts'
import { indonesianUpstreamPhrases } from './upstream-phrases.id.ts'

learn<typeof phrases>('phrases', {
  ...indonesianRequestPhrases,
  ...indonesianUpstreamPhrases,
  ...indonesianTokenPhrases,
  ...indonesianLoginPhrases,
  ...indonesianAuditPhrases,
  ...indonesianRepeatPhrases,
  ...indonesianSecretPhrases,
  ...indonesianStorePhrases,
})
