import { words } from '../words/language.ts'

export const addressHolderWords = words({
  taken: (address: string) => `${address} is taken by another program`,
  /** Both in quotation marks already. */
  itsClient: (tenant: string, clientId: string) => `tenant ${tenant}, client ${clientId}`,
})
