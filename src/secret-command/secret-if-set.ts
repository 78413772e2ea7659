import type { Config } from '../settings/config.ts'

export type SecretParts = NonNullable<Awaited<ReturnType<typeof secretIfSet>>>

/** What follows a secret that a command prints; without the setting nothing of it is loaded. */
export async function secretIfSet({ secretCommand }: Pick<Config, 'secretCommand'>) {
  if (secretCommand === undefined) return undefined
  const [{ followSecret }, { commandedTokens }] = await Promise.all([
    import('./follow-secret.ts'),
    import('./commanded-tokens.ts'),
  ])
  return { followSecret, commandedTokens }
}
