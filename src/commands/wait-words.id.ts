import { learn } from '../words/language.ts'
import type { waitWords } from './wait-words.ts'

learn<typeof waitWords>('waitWords', {
  waiting: (address, sentence) => `menunggu sidecar di ${address}: ${sentence}`,
  notReady: (address, seconds, sentence) => `${address} belum siap dalam ${seconds} detik: ${sentence}`,
  timeoutFlaw: (most) => `--timeout harus berupa detik, dari 0 sampai ${most}, misalnya 2.5`,
})
