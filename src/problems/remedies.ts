import type { Blame, ProblemCode } from './problem.ts'

/** Whose fault a problem is, and what to do: as known where it arose, else what is likely for its code. */
export function blameOf({ code, blame }: { code: ProblemCode; blame: Blame | undefined }): Blame {
  return blame ?? remedies[code]
}

const remedies: Record<ProblemCode, Blame> = {
  bad_request: {
    whose: 'caller',
    remedy: 'Correct the request in the calling program; the log line of the request names its path and program.',
  },
  origin_not_allowed: {
    whose: 'caller',
    remedy: 'A web page called. If it is yours, list its origin in SIDECAR_ALLOWED_ORIGINS.',
  },
  policy_denied: {
    whose: 'caller',
    remedy:
      'The request names another tenant, or asks for a token, which SIDECAR_PLACEHOLDER_TOKEN forbids: leave that out.',
  },
  method_not_allowed: { whose: 'caller', remedy: 'The calling program uses a method that CATAPA has no use for.' },
  request_timeout: {
    whose: 'caller',
    remedy:
      'The calling program stopped, or was too slow, in its request or in reading the answer: look at it, or at the network before it.',
  },
  body_too_large: { whose: 'caller', remedy: 'Send less at a time, or raise SIDECAR_MAX_BODY.' },
  host_not_allowed: {
    whose: 'caller',
    remedy:
      'Call the sidecar as localhost or by the IP address of its machine, or list the name in SIDECAR_ALLOWED_HOSTS.',
  },
  headers_too_large: { whose: 'caller', remedy: 'Send a shorter query or fewer headers.' },
  internal_error: { whose: 'sidecar', remedy: 'Report it with the log lines of the request.' },
  upstream_unreachable: {
    whose: 'network',
    remedy: 'Check the network from this machine, the firewall, HTTPS_PROXY and CATAPA_BASE_URL.',
  },
  upstream_tls_untrusted: {
    whose: 'network',
    remedy:
      'Something else than CATAPA answered, mostly a company proxy that inspects TLS: put its CA into CATAPA_CA_FILE.',
  },
  upstream_closed: {
    whose: 'catapa',
    remedy:
      'Try again; if it stays, look at the network and at the status of CATAPA. Check for lost writes there first.',
  },
  interrupted: { whose: 'sidecar', remedy: 'The sidecar was stopped: check in CATAPA before you send it again.' },
  token_unavailable: {
    whose: 'network',
    remedy: 'Check the network from this machine, HTTPS_PROXY and CATAPA_TOKEN_URL; the sidecar keeps trying.',
  },
  credentials_rejected: {
    whose: 'configuration',
    remedy:
      'Check tenant, client id and secret, and that the client still exists in CATAPA (Setup > OAuth 2.0 Clients). Then refresh the token.',
  },
  login_required: {
    whose: 'configuration',
    remedy:
      'Somebody has to log in: catapa-sidecar login, as the user and with the settings of this sidecar. It is picked up within 5 s.',
  },
  draining: { whose: 'sidecar', remedy: 'The sidecar was shutting down: send the request again.' },
  overloaded: { whose: 'caller', remedy: 'Send fewer requests at a time, or raise SIDECAR_MAX_WAITING.' },
  upstream_timeout: {
    whose: 'catapa',
    remedy: 'Ask CATAPA for less at a time, or raise SIDECAR_RESPONSE_TIMEOUT or SIDECAR_BODY_TIMEOUT.',
  },
  loop_detected: { whose: 'configuration', remedy: 'Set CATAPA_BASE_URL to CATAPA, not to a sidecar.' },
}
