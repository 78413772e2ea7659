import type { FastifyBaseLogger } from 'fastify'
import type { CallersFile } from '../callers/caller.ts'
import { callerIndexOf, fromHead, headOf, type ShownByHead, withKeys } from '../callers/recognise/recognise.ts'
import { keyHeaders, keyOfForm, mostFormBytes, shownKeys } from '../callers/recognise/shown-keys.ts'
import { askForBody } from '../http/expect-continue.ts'
import { loggableId, product } from '../log/finished-request.ts'
import { decodeOnce } from '../network/percent.ts'
import { ProblemError, problem } from '../problems/problem.ts'
import type { Config } from '../settings/config.ts'
import { type Call, enter } from './call.ts'
import { streamedBody } from './exchange/request-body.ts'
import { takeDown, unrecognised } from './judging/caller-rule.ts'

/** Callers that are remembered as logged; there may be any number of programs, not of log lines. */
const mostSeen = 1000

/** The caller as the head of a token request shows it, where there is a callers file. */
type Shown = Readonly<{ file: CallersFile; head: ShownByHead }> | undefined

/**
 * Some programs insist on getting a token first, CATAPA's own Python SDK among them. Their token request never leaves:
 * the credentials in it are dropped, and the answer is a placeholder that the sidecar will replace
 * (design/promises 3.2). A caller that showed its key gets it back as the placeholder, and so goes on showing it (8.5).
 */
export function placeholder(
  { baseUrl, tokenUrl, placeholderToken, maxBodyBytes, bodyTimeoutMs }: Config,
  log: FastifyBaseLogger,
) {
  const path = tokenUrl.origin === baseUrl.origin ? decodeOnce(tokenUrl.pathname) : undefined
  const seen = new Set<string>()

  function logFirst({ record, judged, request, id }: Call): void {
    const caller = judged.caller?.name ?? record.address
    const program = product(request.headers['user-agent'])
    const who = `${caller} ${program}`
    if (seen.has(who) || seen.size >= mostSeen) return
    seen.add(who)
    log.info(
      { requestId: loggableId(id), caller, program },
      'a caller asks for a token by itself; it gets a placeholder, its credentials are dropped',
    )
  }

  function say(call: Call, token: string): void {
    const answer = JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3600 })
    call.record.responseBytes = answer.length
    call.reply.headers({
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'X-Catapa-Sidecar-Placeholder': '1',
      'X-Request-Id': call.id,
    })
    call.reply.send(Buffer.from(answer))
  }

  return {
    /** Whether this is a token request of a caller. */
    concerns: ({ request, judged: { target } }: Call): boolean =>
      request.method === 'POST' && target !== undefined && decodeOnce(target.path) === path,

    /**
     * Reads the request to its end first: old programs do not expect an answer before they have sent all of it.
     *
     * @throws ProblemError `policy_denied` when placeholders are switched off
     */
    answer(call: Call, shown: Shown): void {
      if (!placeholderToken) throw problem('placeholder_off', {})
      if (shown === undefined) logFirst(call)
      const { request, response, reply, record } = call
      askForBody(request, response)
      const body = streamedBody(request, maxBodyBytes, ({ length }) => {
        record.requestBytes += length
      })
      enter(call)
      call.underWay = { end: (reason) => body.destroy(reason) }
      request.setTimeout(bodyTimeoutMs, () => body.destroy(silent()))
      body.once('error', (error) => {
        if (error instanceof ProblemError) reply.send(error)
        else reply.hijack() // The caller has gone.
      })
      let form = ''
      body.on('data', (chunk: Buffer) => {
        // Where nobody has a key what comes is dropped unseen.
        if (shown !== undefined) form += chunk.toString('latin1', 0, mostFormBytes - form.length)
      })
      // Not the body's end: that comes a little before the request's, and an answer between them closes the connection.
      request.once('end', () => {
        if (body.errored !== null) return
        whoAsks(call, shown, form).then(
          (token) => {
            if (reply.sent) return // The sidecar had to stop while the caller's user was looked up.
            if (shown !== undefined) logFirst(call) // Its name is known only now.
            say(call, token)
          },
          (error) => reply.send(error),
        )
      })
    },
  }
}

/** Reads the head. @throws ProblemError `caller_unknown` for a wrong key, and for two callers */
export function shownInHead(call: Call): Shown {
  const { request, context } = call
  const file = context.rules.callers?.()
  if (file === undefined) return undefined
  call.judged = { ...call.judged, caller: unrecognised }
  return { file, head: headOf(request, file) }
}

/** Takes down who asks. @returns the placeholder for it @throws ProblemError `caller_unknown` */
async function whoAsks(call: Call, shown: Shown, form: string): Promise<string> {
  if (shown === undefined) return 'catapa-sidecar'
  const { file, head } = shown
  const { rawHeaders, socket } = call.request
  const found = keyOfForm(form)
  const inForm = found === undefined ? [] : [found]
  takeDown(call, await fromHead(withKeys(head, inForm, callerIndexOf(file)), socket, file))
  const [first] = [...shownKeys(keyHeaders(rawHeaders)), ...inForm]
  return first?.key ?? 'catapa-sidecar'
}

function silent(): ProblemError {
  return problem('token_request_silent', {})
}
