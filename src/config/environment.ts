/** The environment, or one that stands for it. */
export type Environment = Readonly<Record<string, string | undefined>>

let taken: Environment | undefined

/** Whether a proxy's URL carries a user or a password; one that is no URL counts when it might. */
function hasPassword(text: string): boolean {
  try {
    const { username, password } = new URL(text)
    return username !== '' || password !== ''
  } catch {
    return text.includes('@')
  }
}

function isSecret(name: string, value: string | undefined): boolean {
  const upper = name.toUpperCase()
  if (upper === 'CATAPA_CLIENT_SECRET') return true
  return (upper === 'HTTPS_PROXY' || upper === 'HTTP_PROXY') && value !== undefined && hasPassword(value)
}

/**
 * A copy of the environment. Secrets (CATAPA_CLIENT_SECRET, proxy URLs with a password) are removed from `process.env`
 * itself, so that no child inherits them. Later calls return the same copy.
 */
export function takeEnvironment(): Environment {
  if (taken) return taken
  taken = { ...process.env }
  for (const [name, value] of Object.entries(taken)) {
    if (isSecret(name, value)) delete process.env[name]
  }
  return taken
}
