import { addressHolderWords } from './address-holder-words.ts'

addressHolderWords.learn({
  taken: (address) => `${address} dipakai oleh program lain`,
  itsClient: (tenant, clientId) => `tenant ${tenant}, client ${clientId}`,
})
