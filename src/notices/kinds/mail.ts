import { connect } from 'node:net'
import type { SecureContext } from 'node:tls'
import { createTransport } from 'nodemailer'
import { transportFacts } from '../../problems/transport.ts'
import type { MailReceiver } from '../../settings/notify-url.ts'
import { inLanguage, type Language } from '../../words/language.ts'
import { fittingLines } from '../fit-lines.ts'
import type { Message } from '../message.ts'
import type { SendFailure } from '../send-failure.ts'
import { subjectWords } from '../words.ts'

type MailWay = Readonly<{
  secureContext: SecureContext
  /** Ends the attempt. */
  stopped: AbortSignal
  /** For all of it, from the look-up of the name to the server's last word. */
  timeoutMs: number
  language: Language
}>

/**
 * Sends one mail, over a connection of its own: text alone, and `Auto-Submitted` (RFC 3834 §5) so that nobody's absence notice
 * answers it. Some of several addresses are enough for the server to take it.
 */
export async function sendMail(
  receiver: MailReceiver,
  message: Message,
  { secureContext, stopped, timeoutMs, language }: MailWay,
): Promise<'taken' | SendFailure> {
  const late = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([stopped, late])
  const transport = createTransport({
    ...transportOptions(receiver, secureContext),
    ...limits(timeoutMs),
    getSocket: opened(receiver, signal),
  })
  try {
    await transport.sendMail({
      from: { name: '', address: receiver.from },
      to: receiver.to.map((address) => ({ name: '', address })),
      ...inLanguage(language, () => inWords(message)),
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
      signal,
    })
    return 'taken'
  } catch (error) {
    if (stopped.aborted) return { is: 'stopped' }
    return late.aborted ? { is: 'lost', facts: { why: 'timeout' } } : mailFailure(error)
  } finally {
    transport.close()
  }
}

function inWords(message: Message): { subject: string; text: string } {
  return { subject: subjectWords(message), text: `${fittingLines(message, () => true).join('\n')}\n` }
}

function transportOptions({ host, port, login, tls }: MailReceiver, secureContext: SecureContext) {
  return {
    host,
    port,
    secure: tls === 'from_start',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    tls: { secureContext, rejectUnauthorized: true, minVersion: 'TLSv1.2' as const },
    ...(login && { auth: { user: login.user, pass: login.password }, forceAuth: true }),
  }
}

function limits(timeoutMs: number) {
  const each = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs }
  return { ...each, socketCloseTimeout: 1000, maxResponseSize: 64 * 1024 }
}

type Opened = (error: Error | null, socket: false | { connection: ReturnType<typeof connect> }) => void

/** Opens the connection by the machine's own resolver, which nodemailer would pass by. */
function opened({ host, port }: MailReceiver, signal: AbortSignal) {
  return (_options: unknown, done: Opened) => {
    const connection = connect({ host, port, signal })
    const fail = (error: Error) => done(error, false)
    connection.once('error', fail)
    connection.once('connect', () => {
      connection.off('error', fail)
      connection.on('error', () => {}) // Of an abort between two listeners of nodemailer's.
      done(null, { connection })
    })
  }
}

/** An error of nodemailer as facts, without the server's own words: these may name anybody. */
function mailFailure(error: unknown): SendFailure {
  const { code, originalCode, responseCode, command } = membersOf(error)
  if (code === 'ETLS' && command === 'STARTTLS' && responseCode !== undefined) return { is: 'no_starttls' }
  if (responseCode !== undefined) return { is: 'mail_refused', code: responseCode }
  if (code === 'EPROTOCOL') return { is: 'not_smtp' }
  // What the error was before nodemailer gave it a code of its own.
  const facts = transportFacts(originalCode === undefined ? error : Object.assign(new Error(), { code: originalCode }))
  return { is: 'lost', facts: facts.why === 'unknown' ? { why: 'lost' } : facts }
}

function membersOf(error: unknown) {
  const member = (name: string): unknown => (error instanceof Error ? Reflect.get(error, name) : undefined)
  const [code, originalCode, responseCode] = [member('code'), member('originalCode'), member('responseCode')]
  return {
    code,
    originalCode: typeof originalCode === 'string' ? originalCode : undefined,
    responseCode: typeof responseCode === 'number' ? responseCode : undefined,
    command: member('command'),
  }
}
