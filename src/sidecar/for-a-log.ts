import { ConfigError } from '../settings/config-error.ts'
import { language, speak } from '../words/language.ts'

/**
 * Reads settings for a process that will run a sidecar: from now on it is in English, as its log is (design/promises 17.2), and so are
 * the warnings. Mistakes are for the person at the terminal: they are found once more in the language of before, which stays.
 *
 * @throws what `read` throws, a ConfigError in the language of before
 */
export async function forALog<Result>(read: () => Result | Promise<Result>): Promise<Result> {
  const before = language()
  speak('en')
  try {
    return await read()
  } catch (error) {
    speak(before)
    if (before !== 'en' && error instanceof ConfigError) await read()
    throw error // Also if the mistakes were mended meanwhile.
  }
}
