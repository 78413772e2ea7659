import type { IncomingMessage, ServerResponse } from 'node:http'

const expecting = new WeakSet<IncomingMessage>()

/** Notes that the caller holds the body back until it is asked for it (RFC 9110 §10.1.1). */
export function expectsContinue(request: IncomingMessage): void {
  expecting.add(request)
}

/** Asks for the body if the caller waits for that. Node itself would ask before the request has been judged. */
export function askForBody(request: IncomingMessage, response: ServerResponse): void {
  if (expecting.delete(request)) response.writeContinue()
}
