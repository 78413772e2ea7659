import { words } from '../words/language.ts'

type Fine = {
  tenant: string
  clientId: string
  origin: string
  /** The callers file, and how many callers it names. */
  callers: { named: number; file: string | undefined } | undefined
}

export const checkWords = words('checkWords', {
  fine: ({ tenant, clientId, origin, callers }: Fine) =>
    `The configuration is fine: tenant ${tenant}, client ${clientId}, ${origin}; ${callers === undefined ? 'no callers file' : `${callers.named} ${callers.named === 1 ? 'caller' : 'callers'} in ${callers.file}`}.`,
  note: (sentence: string) => `Note: ${sentence}`,
})
