import type { Clock } from '../../src/time.ts'
import type { Seal } from '../../src/tokens/shared/sealed-token.ts'
import type { TokenStore } from '../../src/tokens/shared/token-store.ts'

type Entry = { text: string; until: number }

/** A store in memory, on a test's clock, that does what the scripts of `token-store.ts` do: a test holds it against Valkey. */
export function memoryStore(clock: Clock) {
  const entries = new Map<string, Entry>()
  let holders = 0
  const state = {
    entries,
    /** Thrown by every command. */
    fault: undefined as Error | undefined,
    commands: 0,
    connect({ tokenKey, lockKey }: Pick<Seal, 'tokenKey' | 'lockKey'>, lockMs: number): TokenStore {
      const holder = `holder-${++holders}`
      const get = (key: string) => {
        const entry = entries.get(key)
        return entry !== undefined && entry.until > clock.now().mono ? entry : undefined
      }
      const set = (key: string, text: string, ms: number) => entries.set(key, { text, until: clock.now().mono + ms })
      const command = async <Result>(act: () => Result): Promise<Result> => {
        state.commands += 1
        if (state.fault !== undefined) throw state.fault
        return act()
      }
      return {
        lease: (known, drop) =>
          command(() => {
            const found = get(tokenKey)
            if (found !== undefined && found.text !== known) {
              const ttlMs = Number.isFinite(found.until) ? found.until - clock.now().mono : -1
              return { found: found.text, ttlMs }
            }
            if (drop) entries.delete(tokenKey)
            const lock = get(lockKey)
            if (lock !== undefined && Number.isFinite(lock.until)) return 'held'
            set(lockKey, holder, lockMs)
            return 'acquired'
          }),
        prolong: () =>
          command(() => {
            if (get(lockKey)?.text === holder) set(lockKey, holder, lockMs)
          }),
        put: (text, ttlMs, known) =>
          command(() => {
            const lock = get(lockKey)?.text
            const found = get(tokenKey)?.text
            if (lock !== holder && (lock !== undefined || (found !== undefined && found !== known))) return false
            set(tokenKey, text, ttlMs)
            if (lock === holder) entries.delete(lockKey)
            return true
          }),
        release: () =>
          command(() => {
            if (get(lockKey)?.text === holder) entries.delete(lockKey)
          }),
      }
    },
  }
  return state
}
