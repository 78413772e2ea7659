import type { IncomingMessage, ServerResponse } from 'node:http'

/** The program that called, as long as it stays. */
export type Caller = {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  gone: boolean
  /** Breaks off what is under way for it, one thing at a time: when it leaves, or when the sidecar has to stop. */
  breakOff: ((reason: Error) => void) | undefined
}

/** The caller left before it was answered: there is nobody to tell. */
export class CallerGoneError extends Error {
  constructor() {
    super('the caller has gone')
    this.name = 'CallerGoneError'
  }
}

/** Watches one caller for the time of its request. */
export function callerOf(request: IncomingMessage, response: ServerResponse): Caller {
  const caller: Caller = { request, response, gone: response.destroyed, breakOff: undefined }
  response.once('close', () => {
    if (response.writableFinished) return
    caller.gone = true
    caller.breakOff?.(new CallerGoneError())
  })
  return caller
}
