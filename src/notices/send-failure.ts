import type { TransportFacts } from '../problems/transport.ts'

/** Why a receiver did not take a message: facts alone, without its URL or its words. `words.ts` puts them into sentences. */
export type SendFailure = Readonly<
  | { is: 'lost'; facts: TransportFacts }
  /** `retryAfterMs`: so long it wants to be left alone. */
  | { is: 'refused'; status: number; retryAfterMs: number | undefined }
  /** `code`: the reply code of a mail server (RFC 5321 §4.2). */
  | { is: 'mail_refused'; code: number }
  | { is: 'no_starttls' | 'not_smtp' | 'stopped' }
>
