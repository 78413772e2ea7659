export const tenant = 'bench'
export const tokenPrefix = 'bench-token-'
const token = `${tokenPrefix}2f1c7a90-6b0e-4c55-9d0e-7f4f3e9a1b22`
/** What a request needs to be accepted; the proxies add it, the direct contestant's load says it. */
export const admission = { Tenant: tenant, Authorization: `Bearer ${token}` }
