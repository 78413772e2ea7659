import { machineAdvice, putCa, type Table } from './table.ts'
import { at, because, becauseThere } from './transport-phrases.ts'
import { sectionOf } from './upstream-phrases.ts'

const onlyReads = 'request yang hanya membaca dapat dikirim lagi'
const askAgain =
  'Coba lagi; jika tetap terjadi, periksa jaringan dan status CATAPA. Sebelumnya, periksa di sana apakah ada operasi tulis yang hilang.'

function ownLimit({ caller }: { caller: string | undefined }): string {
  return caller === undefined ? 'Batas bersama untuk semua pemanggil tanpa nama' : `Batas untuk pemanggil ${caller}`
}

/** The sidecar itself, and the way to CATAPA and back. */
export const indonesianUpstreamPhrases = {
  fault: [
    'Ini kesalahan di catapa-sidecar sendiri',
    'harap laporkan bersama log-nya',
    'Laporkan bersama baris log request ini.',
  ],
  shutting_down: ['Sidecar sedang berhenti', 'kirim request ini lagi setelah beberapa saat'],
  shut_down_meanwhile: ['Sidecar sedang berhenti', 'kirim request ini lagi setelah sidecar kembali'],
  cut_by_shutdown: [
    'Sidecar dihentikan ketika CATAPA masih mengerjakan request ini',
    onlyReads,
    'Periksa di CATAPA sebelum Anda mengirimnya lagi.',
  ],
  too_many_waiting: [
    'Sudah terlalu banyak request yang menunggu',
    'kurangi request yang dikirim bersamaan',
    'Kirim lebih sedikit request sekaligus, atau naikkan SIDECAR_MAX_WAITING.',
  ],
  queued_too_long: [
    ({ halved }) =>
      `Tidak ada koneksi ke CATAPA yang bebas dalam SIDECAR_QUEUE_TIMEOUT${halved ? ', dan lebih sedikit koneksi dipakai sejak CATAPA merespons 429' : ''}`,
    'kirim lebih sedikit request sekaligus, atau kirim request ini lagi setelah beberapa saat',
    ({ halved }) =>
      halved
        ? 'CATAPA menerima lebih banyak request daripada yang dikehendakinya: kurangi request yang dikirim bersamaan, atau beri pemanggil yang paling sibuk batas rate di file pemanggil.'
        : 'Semua koneksi terpakai: kirim lebih sedikit request sekaligus, cari di log request yang memakan waktu begitu lama, atau naikkan SIDECAR_UPSTREAM_CONNECTIONS.',
  ],
  made_room: [
    'Terlalu banyak request menunggu, dan kebanyakan dari pemanggil ini',
    'kurangi request yang dikirim bersamaan',
    'Request terakhirnya memberi tempat kepada pemanggil lain: buat pemanggil ini mengirim lebih sedikit request sekaligus, atau naikkan SIDECAR_MAX_WAITING.',
  ],
  over_max_in_flight: [
    (facts) =>
      `${ownLimit(facts)}, yaitu ${facts.most} request sekaligus (max-in-flight), terpakai habis selama seluruh SIDECAR_QUEUE_TIMEOUT`,
    'kirim lebih sedikit request sekaligus, atau kirim request ini lagi setelah beberapa saat',
    ({ caller }) =>
      `Buat program mengirim lebih sedikit request sekaligus, atau naikkan max-in-flight di bagian ${sectionOf(caller)} file pemanggil.`,
  ],
  over_rate: [
    (facts) =>
      `${ownLimit(facts)}, yaitu ${facts.perSecond} request per detik (rate), terpakai habis ${facts.atOnce ? 'untuk lebih lama daripada' : 'selama seluruh'} SIDECAR_QUEUE_TIMEOUT`,
    'kirim request lebih lambat, dan kirim request ini lagi setelah Retry-After',
    ({ caller }) =>
      `Buat program mengirim request lebih lambat, atau naikkan rate di bagian ${sectionOf(caller)} file pemanggil.`,
  ],
  catapa_pauses: [
    'CATAPA meminta jeda (Retry-After), jadi tidak ada request yang dikirim ke sana',
    'kirim request ini lagi setelah Retry-After',
    'Kirim lagi setelah Retry-After; jika ini sering terjadi, beri pemanggil yang paling sibuk batas rate di file pemanggil.',
  ],
  too_many_pipelined: [
    'Terlalu banyak request dikirim tanpa menunggu respons',
    'kirim request berikutnya setelah salah satunya direspons',
  ],
  unreachable: [
    (facts) => `CATAPA tidak dapat dihubungi: ${because(facts)}`,
    ({ why }) =>
      machineAdvice(why) === undefined
        ? 'Periksa jaringan, CATAPA_BASE_URL, dan HTTPS_PROXY.'
        : 'coba lagi setelah beberapa saat',
    ({ why }) => machineAdvice(why) ?? 'Periksa jaringan dari mesin ini, firewall, HTTPS_PROXY, dan CATAPA_BASE_URL.',
    (facts) => `CATAPA${at(facts)} tidak dapat dihubungi: ${becauseThere(facts)}`,
  ],
  untrusted: [
    (facts) => `Sertifikat yang diterima atas nama CATAPA tidak dipercaya: ${because(facts)}`,
    putCa,
    'Sesuatu selain CATAPA merespons, biasanya proxy perusahaan yang memeriksa isi TLS: masukkan CA-nya ke CATAPA_CA_FILE.',
    (facts) => `Sertifikat yang diterima atas nama CATAPA${at(facts)} tidak dipercaya: ${becauseThere(facts)}`,
  ],
  lost: [
    (facts) => `CATAPA tidak memberikan respons yang lengkap: ${because(facts)}`,
    onlyReads,
    ({ why }) => machineAdvice(why) ?? askAgain,
  ],
  malformed_answer: [
    ({ how }) =>
      `CATAPA tidak memberikan respons yang lengkap: ${how === 'not_http' ? 'responsnya bukan HTTP/1.1 sebagaimana mestinya' : 'responsnya tidak dapat diteruskan'}`,
    onlyReads,
    askAgain,
  ],
  connect_timeout: [
    'Koneksi ke CATAPA tidak terbentuk dalam batas waktu',
    'periksa jaringan, atau coba lagi',
    'Sesuatu di jalan menahan koneksi: periksa firewall dan HTTPS_PROXY, atau coba lagi.',
  ],
  response_timeout: [
    'CATAPA tidak merespons dalam SIDECAR_RESPONSE_TIMEOUT',
    'minta lebih sedikit data setiap kali, atau naikkan batasnya',
  ],
  body_timeout: [
    'Respons CATAPA terhenti selama SIDECAR_BODY_TIMEOUT',
    'coba lagi',
    'Minta lebih sedikit data dari CATAPA setiap kali, atau naikkan SIDECAR_BODY_TIMEOUT.',
  ],
  request_unread: [
    'CATAPA berhenti membaca request ini selama SIDECAR_BODY_TIMEOUT',
    'coba lagi',
    'Kirim lebih sedikit setiap kali, atau naikkan SIDECAR_BODY_TIMEOUT.',
  ],
} satisfies Partial<Table>
