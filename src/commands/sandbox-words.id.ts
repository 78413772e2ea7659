import { learn } from '../words/language.ts'
import type { sandboxWords } from './sandbox-words.ts'

learn<typeof sandboxWords>('sandboxWords', {
  banner: (addresses, tenant, clientId) => `Sandbox CATAPA dengan data rekaan, untuk pengujian: bukan CATAPA.

  alamat         ${addresses}
  tenant         ${tenant}
  client ID      ${clientId}
  client secret  seperti di SANDBOX_CLIENT_SECRET (default demo-secret)

Ctrl-C mengakhirinya.
`,
})
