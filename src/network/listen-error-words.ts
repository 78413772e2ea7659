import { words } from '../words/language.ts'

export const listenErrorWords = words('listenErrorWords', {
  cannotListen: (address: string, code: string) => `cannot listen on ${address} (${code})`,
})
