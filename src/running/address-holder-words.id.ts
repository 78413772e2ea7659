import { learn } from '../words/language.ts'
import type { addressHolderWords } from './address-holder-words.ts'

learn<typeof addressHolderWords>('addressHolderWords', {
  taken: (address) => `${address} dipakai oleh program lain`,
  itsClient: (tenant, clientId) => `tenant ${tenant}, client ${clientId}`,
})
