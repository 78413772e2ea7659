import { words } from '../words/language.ts'

export const addressHolderWords = words('addressHolderWords', {
  taken: (address: string) => `${address} is taken by another program`,
  /** Both in quotation marks already. */
  itsClient: (tenant: string, clientId: string) => `tenant ${tenant}, client ${clientId}`,
})
