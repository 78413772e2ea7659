import { learn } from '../words/language.ts'
import type { secretWords } from './secret-words.ts'

learn<typeof secretWords>('secretWords', {
  CATAPA_CLIENT_SECRET: 'client secret',
  SIDECAR_CACHE_URL: 'URL penyimpanan token, dengan kata sandinya',
  SIDECAR_NOTIFY_URL: 'URL tujuan pemberitahuan',
  SIDECAR_HEARTBEAT_URL: 'URL heartbeat, dengan kuncinya',
  OTEL_EXPORTER_OTLP_HEADERS: 'header untuk collector trace',
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'header untuk collector trace',
  privateKey: 'kunci privat sertifikat',
  othersCanRead: (secret, { is, remedy }) => `pengguna lain dapat membaca ${secret}: ${is}. ${remedy}`,
  mode: (bits) => `hak akses ${bits}`,
  hasMode: (file, mode, flaw) => `${file} mempunyai ${mode}: ${flaw}`,
  configFile: (path) => `file --config ${path}`,
  keepToOwner: (path) =>
    `Batasi hanya untuk pemiliknya: chmod 600 ${path}; folder induk dengan hak akses 0700 juga cukup.`,
  everyoneInContainer: 'dapat dibaca oleh semua di dalam container ini',
  everyone: 'setiap pengguna mesin ini dapat membacanya',
  group: 'grupnya dapat membacanya',
  winsOver: (origin, config) => `${origin}, mengalahkan ${config}`,
  environment: 'variabel lingkungan',
  aFile: 'sebuah file',
  aCommand: 'sebuah perintah',
  anyConfigFile: 'file --config',
  by: (source, variable, config) => `${source} (${variable}${config === undefined ? '' : ` di ${config}`})`,
  nowhere: 'tidak diisi',
})
