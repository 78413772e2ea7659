/**
 * Headers with which nothing in an answer acts: no script, no form, no origin but one of its own. Beside a policy of CATAPA's: what either
 * forbids is forbidden. `nosniff` alone does not stop `text/xsl`.
 */
export const sandboxed = { 'Content-Security-Policy': 'sandbox', 'X-Content-Type-Options': 'nosniff' } as const
