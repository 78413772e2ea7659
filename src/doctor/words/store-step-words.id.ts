import { learn } from '../../words/language.ts'
import type { storeStepWords } from './store-step-words.ts'

learn<typeof storeStepWords>('storeStepWords', {
  none: 'setiap sidecar memiliki token sendiri',
  failed: (store, happened) => `${store}: ${happened}`,
  without: (next) =>
    `${next} Panggilan tetap berjalan tanpa penyimpanan itu: setiap sidecar lalu memakai token sendiri.`,
  works: (store, tookMs) => `${store} berfungsi, dan merespons dalam ${tookMs} ms`,
  slow: (limitMs) => `sidecar menunggu paling lama ${limitMs} ms, lalu melanjutkan tanpa penyimpanan itu.`,
})
