import type { Readable } from 'node:stream'
import { type ProblemError, problem } from '../../problems/problem.ts'
import type { Config } from '../../settings/config.ts'

/** The wait of an exchange: for a connection; that all of a streamed body is taken; the head of the answer; its end; nothing. */
export type Phase = 'connecting' | 'sending' | 'awaiting' | 'answering' | 'ended'

/** How long nothing may be heard in a phase: silence in a body counts from its last piece, either way. */
export function limitMs(phase: Phase, { connectTimeoutMs, responseTimeoutMs, bodyTimeoutMs }: Config): number {
  if (phase === 'connecting') return connectTimeoutMs
  return phase === 'awaiting' ? responseTimeoutMs : bodyTimeoutMs
}

export type Silent = {
  readonly phase: Phase
  /** The request body, if it is streamed. */
  readonly stream: Readable | undefined
  /** The caller takes no more of the answer at the moment. */
  readonly paused: boolean
}

/** Whose silence it was, when the time of a phase is up. */
export function silence({ phase, stream, paused }: Silent): ProblemError {
  if (phase === 'connecting') return connectTimeout()
  if (phase === 'sending') return stream?.isPaused() ? unreadRequest() : silentCaller()
  if (phase === 'awaiting') return responseTimeout()
  return paused ? unread() : bodyTimeout()
}

export function connectTimeout(): ProblemError {
  return problem('connect_timeout', {})
}

function unreadRequest(): ProblemError {
  return problem('request_unread', {})
}

function responseTimeout(): ProblemError {
  return problem('response_timeout', {})
}

function bodyTimeout(): ProblemError {
  return problem('body_timeout', {})
}

/** The caller takes nothing of what is there for it. */
export function unread(): ProblemError {
  return problem('answer_unread', {})
}

/** The caller stopped in the middle of its request. */
export function silentCaller(): ProblemError {
  return problem('body_silent', {})
}
