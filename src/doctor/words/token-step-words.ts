import { words } from '../../words/language.ts'

export const tokenStepWords = words('tokenStepWords', {
  notNew: 'not tried, so that no new token is asked for',
  noSecret: 'not tried, because the running sidecar has asked for none (--new-token)',
  given: (minutes: number) => `CATAPA gave one, valid for ${minutes} min`,
  shared: (minutes: number) => `the sidecars share one, valid for ${minutes} min`,
  ofRunning: (minutesLeft: number | undefined) =>
    `the running sidecar has one, valid${minutesLeft === undefined ? '' : ` for another ${minutesLeft} min`}; not asked for another (--new-token)`,
  refused: (happened: string) => `the running sidecar was refused: ${happened}`,
  checkSecret: 'Check CATAPA_CLIENT_SECRET first, then CATAPA_CLIENT_ID and CATAPA_TENANT.',
  again: (remedy: string) => `${remedy} --new-token asks CATAPA anew.`,
})
