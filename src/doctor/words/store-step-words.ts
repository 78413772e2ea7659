import { words } from '../../words/language.ts'

export const storeStepWords = words('storeStepWords', {
  none: 'each sidecar has a token of its own',
  failed: (store: string, happened: string) => `${store}: ${happened}`,
  without: (next: string) => `${next} Calls work without the store too: then each sidecar has its own token.`,
  works: (store: string, tookMs: number) => `${store} works, and answered within ${tookMs} ms`,
  slow: (limitMs: number) => `a sidecar waits ${limitMs} ms at most, and then goes on without the store.`,
})
