import { learn } from '../../words/language.ts'
import { count } from '../../words/units.ts'
import type { callerWords } from './caller-words.ts'

const ways = { key: 'kuncinya', certificate: 'sertifikatnya', user: 'pengguna Linux-nya', listener: 'listener-nya' }

learn<typeof callerWords>('callerWords', {
  summary: (file, since, unknown) =>
    `Dari ${file}, dipakai sejak ${since}; dihitung sejak sidecar dijalankan.${unknown === 0 ? '' : ` ${count(unknown)} panggilan ditolak: pemanggilnya tidak dikenal, atau kuncinya salah.`}`,
  ways: { listener: 'listener-nya sendiri', certificate: 'sertifikatnya', user: 'pengguna Linux-nya' },
  key: (digest, lastUsed) =>
    lastUsed === undefined ? `kunci ${digest}, belum pernah dipakai` : `kunci ${digest}, terakhir dipakai ${lastUsed}`,
  may: (profiles, allowLines, denyLines, report) => {
    const lines = [
      ...(allowLines > 0 ? [`${count(allowLines)} baris allow`] : []),
      ...(denyLines > 0 ? [`${count(denyLines)} baris deny`] : []),
    ].join(' dan ')
    const profile = profiles.length > 0 ? profiles.join(' dan ') : 'semuanya'
    const only = profiles.length === 0 && allowLines > 0
    const may = only ? `hanya menurut ${lines}` : `${profile}${lines === '' ? '' : `, dengan ${lines}`}`
    return `${may}${report ? ' (hanya dilaporkan)' : ''}`
  },
  notYet: 'belum pernah',
  seenBy: (at, way) => `${at}${way === undefined ? '' : `, lewat ${ways[way]}`}`,
  row: (recognised, may, { calls, refusals, wouldBeRefusals }, lastSeen) => {
    const reported = wouldBeRefusals === 0 ? '' : `, ${count(wouldBeRefusals)} seharusnya ditolak`
    return `${recognised}. Boleh: ${may}. ${count(calls)} panggilan, ${count(refusals)} ditolak${reported}. Terakhir terlihat: ${lastSeen}.`
  },
})
