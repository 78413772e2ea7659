import type { IncomingMessage, ServerResponse } from 'node:http'

const expecting = new WeakSet<IncomingMessage>()

/** Says that the caller of a request waits with its body until it is asked for it (RFC 9110 §10.1.1). */
export function expectsContinue(request: IncomingMessage): void {
  expecting.add(request)
}

/** Asks for a body that is wanted, where its caller waits for that. Node would ask before anything has been judged. */
export function askForBody(request: IncomingMessage, response: ServerResponse): void {
  if (expecting.delete(request)) response.writeContinue()
}
