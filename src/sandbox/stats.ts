/** What the sandbox has counted since it started or since `DELETE /sandbox/stats`. */
export type Stats = {
  /** Every POST to the token endpoint, whatever came of it. */
  tokenRequests: number
  /** Those of them that were refused for good: a 4xx other than 408 and 429. */
  tokenRefusals: number
  /** Those of them with `grant_type=refresh_token`. */
  refreshRequests: number
  /** Codes and, with rotation, refresh tokens that came a second time: what they had given was revoked. */
  reuseDetections: number
  maxConcurrentTokenRequests: number
  /** Every request but those to the two OAuth endpoints and to the sandbox's own controls. */
  apiRequests: number
  /** API requests with a token that is unknown, expired or revoked, or that the `unauthorized` fault called so. */
  rejectedTokens: number
  /** Those of them whose token had expired so long ago that it cannot have been valid when it was sent. */
  expiredTokens: number
  /** Different tokens that API requests were admitted with. */
  usedTokens: number
  maxConcurrentApiRequests: number
  /** Answers of the API with 429 or 503 and `Retry-After`. */
  statedPauses: number
  /** API requests that came before the time of such an answer was over. Some may have been on their way when it left. */
  requestsInPause: number
  /** How long after the first answer of a pause the last of them came: those on their way are there at once. */
  latestInPauseMs: number
}

/** All counters at 0. */
export function noStats(): Stats {
  return {
    tokenRequests: 0,
    tokenRefusals: 0,
    refreshRequests: 0,
    reuseDetections: 0,
    maxConcurrentTokenRequests: 0,
    apiRequests: 0,
    rejectedTokens: 0,
    expiredTokens: 0,
    usedTokens: 0,
    maxConcurrentApiRequests: 0,
    statedPauses: 0,
    requestsInPause: 0,
    latestInPauseMs: 0,
  }
}
