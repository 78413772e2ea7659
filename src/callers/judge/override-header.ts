import { remembered } from '../../words/remembered.ts'

/** Headers from which servers and frameworks take another method or path than those of the request line. */
const names = new Set(
  `
  -method -method-override method x-method http-method x-http-method
  method-override x-method-override http-method-override x-http-method-override x-methodoverride x-http-methodoverride
  http-verb x-http-verb verb-override x-verb-override http-verb-override x-http-verb-override
  x-request-method x-requested-method x-real-method x-original-method x-rewrite-method x-override-method
  x-original-url x-rewrite-url x-rewritten-url x-override-url x-request-url x-real-url x-http-url-override
  x-original-uri x-rewrite-uri x-rewritten-uri x-override-uri x-request-uri x-real-uri x-http-uri-override
  x-original-path x-rewrite-path x-override-path x-http-path-override x-envoy-original-path x-envoy-original-method
  original-url rewrite-url original-uri rewrite-uri original-method
  `
    .trim()
    .split(/\s+/),
)

/**
 * Whether a header asks for another method or path (design/promises 8.8, design/field 46). Servers that hand headers on as
 * variables replace all but letters and digits by one sign.
 */
export const isOverride = remembered((lowerCase) => names.has(lowerCase.replace(/[^a-z0-9]/g, '-')))
