import type { Environment } from '../settings/environment.ts'
import type { Language } from '../words/language.ts'

/**
 * The language of a command's words (design/promises 17.1): SIDECAR_LANGUAGE, from the environment or the `--config` file, else that
 * of the terminal (POSIX.1 8.2), on Windows that of the user. Mistakes in settings are told by others.
 */
export async function terminalLanguage(
  environment: Environment,
  configPath: string | undefined,
  { platform, userLocale }: { platform: string; userLocale: () => string } = {
    platform: process.platform,
    userLocale: () => Intl.DateTimeFormat().resolvedOptions().locale,
  },
): Promise<Language> {
  const set = environment.SIDECAR_LANGUAGE || (await ofFile(configPath))
  if (set === 'en' || set === 'id') return set
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  const ofTerminal = LC_ALL || LC_MESSAGES || LANG
  return isIndonesian(ofTerminal || (platform === 'win32' ? userLocale() : '')) ? 'id' : 'en'
}

/** `in` is the code of before 1989, which Java and old systems still have. */
function isIndonesian(locale: string): boolean {
  return /^i[dn]([-_.@]|$)/i.test(locale)
}

async function ofFile(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  const { readConfigFile } = await import('../settings/config-file.ts')
  return readConfigFile(path, () => undefined)
    .get('SIDECAR_LANGUAGE')
    ?.value.trim()
}
