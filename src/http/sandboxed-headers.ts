/**
 * Headers that disable an answer in a browser: no script, no form, an origin of its own. CATAPA's own policy holds besides.
 * `nosniff` alone does not stop `text/xsl`.
 */
export const sandboxed = { 'Content-Security-Policy': 'sandbox', 'X-Content-Type-Options': 'nosniff' } as const
