import { words } from '../words/language.ts'

export const sandboxWords = words('sandboxWords', {
  /** What stands at its start. */
  banner: (
    addresses: string,
    tenant: string,
    clientId: string,
  ) => `A sandbox of CATAPA with invented data, for tests: not CATAPA.

  address        ${addresses}
  tenant         ${tenant}
  client id      ${clientId}
  client secret  as set in SANDBOX_CLIENT_SECRET (demo-secret by default)

Ctrl-C ends it.
`,
})
