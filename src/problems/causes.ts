import { answerTo, type Cause, type Whose } from './codes.ts'
import { whys } from './connection-flaws.ts'
import type { FactsOf, Failure } from './failure.ts'

/** A failure of this cause. `retrying`: the sidecar keeps trying by itself. */
export function failure<C extends Cause>(cause: C, facts: FactsOf[C], retrying = false): Failure<C> {
  return { code: answerTo(cause).code, cause, facts, retrying }
}

/** Whose doing it most likely is. */
export function whoseDoing({ cause, facts }: Failure): Whose {
  const ofMachine = 'why' in facts && (facts.why === 'file_handles' || facts.why === 'local_ports')
  return ofMachine ? 'machine' : answerTo(cause).whose
}

/** The error type of RFC 9209 §2.3. */
export function proxyErrorOf({ cause, facts }: Failure): string {
  return 'why' in facts ? whys[facts.why] : answerTo(cause).proxyError
}
