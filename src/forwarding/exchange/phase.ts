import type { Readable } from 'node:stream'
import { ProblemError } from '../../problems/problem.ts'
import type { Config } from '../../settings/config.ts'
import { silentCaller } from './request-body.ts'

/** What is waited for: a connection; that all of a streamed body is taken; the head of the answer; its end; nothing. */
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
  return new ProblemError(
    'upstream_timeout',
    'No connection to CATAPA came about in time; check the network, or try again.',
    {
      proxyError: 'connection_timeout',
      blame: {
        whose: 'network',
        remedy: 'Something on the way holds the connection up: check the firewall and HTTPS_PROXY, or try again.',
      },
    },
  )
}

function unreadRequest(): ProblemError {
  return new ProblemError(
    'upstream_timeout',
    'CATAPA read nothing more of the request for SIDECAR_BODY_TIMEOUT; try again.',
    { proxyError: 'connection_write_timeout' },
  )
}

function responseTimeout(): ProblemError {
  return new ProblemError(
    'upstream_timeout',
    'CATAPA did not answer within SIDECAR_RESPONSE_TIMEOUT; ask for less at a time, or raise the limit.',
  )
}

function bodyTimeout(): ProblemError {
  return new ProblemError('upstream_timeout', 'The answer of CATAPA fell silent for SIDECAR_BODY_TIMEOUT; try again.', {
    proxyError: 'connection_read_timeout',
  })
}

/** The caller takes nothing of what is there for it. */
export function unread(): ProblemError {
  return new ProblemError('request_timeout', 'The caller stopped reading the answer.', {
    proxyError: 'connection_write_timeout',
  })
}
