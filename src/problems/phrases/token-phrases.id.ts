import { shownOrigin } from '../../settings/shown-origin.ts'
import type { RefusalFacts, TokenFlaw } from '../failure.ts'
import type { TransportFacts } from '../transport.ts'
import { keeps, machineAdvice, patience, putCa, type Table } from './table.ts'
import { isOfGrant, said, setup } from './token-phrases.ts'
import { at, because, becauseThere } from './transport-phrases.ts'

const waitForCatapa = (_: unknown, retrying: boolean) =>
  retrying
    ? 'Tunggu: ini sering berlalu sendiri, dan sidecar terus mencoba. Jika tetap terjadi, tanyakan kepada CATAPA.'
    : 'CATAPA sendiri sedang terganggu: coba lagi nanti, dan tanyakan kepada tim dukungan CATAPA jika tetap terjadi.'
const checkTokenUrl = (_: unknown, retrying: boolean) =>
  `Periksa CATAPA_TOKEN_URL, atau CATAPA_BASE_URL jika pengaturan itu tidak diatur: respons dari sana tidak memuat token${keeps(retrying)}.`
const checkWay = (_: unknown, retrying: boolean) =>
  `Periksa jaringan, HTTPS_PROXY, dan CATAPA_TOKEN_URL${keeps(retrying)}.`
const checkAddress = (_: unknown, retrying: boolean) => `Periksa CATAPA_TOKEN_URL${keeps(retrying)}.`
const checkWayFromHere = (_: unknown, retrying: boolean) =>
  `Periksa jaringan dari mesin ini, HTTPS_PROXY, dan CATAPA_TOKEN_URL${keeps(retrying)}.`
const notInTime =
  'Coba lagi. Jika tetap terjadi, CATAPA kelebihan beban, atau sesuatu di jalan menahan request lebih lama daripada SIDECAR_TOKEN_TIMEOUT.'
const cutOff =
  'Coba lagi. Jika tetap terjadi, sesuatu di jalan memutus koneksi, atau CATAPA_TOKEN_URL tidak mengarah ke token endpoint.'
const checkClient = `Periksa CATAPA_CLIENT_SECRET dahulu, lalu CATAPA_CLIENT_ID dan CATAPA_TENANT, dan apakah client itu masih ada di CATAPA (${setup}).`

function afterNoAnswer({ why }: TransportFacts, retrying: boolean): string {
  const advice = machineAdvice(why)
  if (advice !== undefined) return advice
  if (why === 'timeout' && !retrying) return notInTime
  const connected = why === 'lost' || why === 'not_http' || why === 'unknown'
  return connected && !retrying ? cutOff : checkWayFromHere(undefined, retrying)
}

const tokenFlaws: Record<TokenFlaw, string> = {
  too_large: 'respons itu melebihi 1 MiB',
  no_object: 'respons itu bukan objek JSON',
  access_token: 'access_token-nya tidak ada atau bukan ASCII yang terlihat',
  lifetime: 'masa berlakunya bukan angka',
  token_type: 'token_type-nya bukan Bearer',
}

const grantTypes = {
  client_credentials: 'grant type client_credentials',
  authorization_code: 'grant type authorization_code dan refresh_token',
}

function afterRefusal({ status, error, aboutTenant, grant }: RefusalFacts): string {
  if (error === 'invalid_scope') return 'Periksa CATAPA_SCOPE; hilangkan, kecuali CATAPA memintanya.'
  if (error === 'unauthorized_client' || error === 'unsupported_grant_type') {
    return `Di CATAPA (${setup}), berikan ${grantTypes[grant]} kepada client ini.`
  }
  if (aboutTenant) {
    return 'Respons itu tentang tenant: periksa CATAPA_TENANT, yaitu kode tenant, dan apakah client ini dibuat di tenant itu.'
  }
  if (error === undefined && (status === 404 || status === 405)) return `Periksa CATAPA_TOKEN_URL. ${checkClient}`
  return checkClient
}

function comesFrom({ error, aboutTenant, from }: RefusalFacts): string {
  if (from === undefined || isOfGrant(error)) return ''
  return aboutTenant
    ? ` Tenant berasal dari: ${shownOrigin(from.tenant)}.`
    : ` Secret berasal dari: ${shownOrigin(from.clientSecret)}.`
}

/** The token endpoint, and tokens. */
export const indonesianTokenPhrases = {
  token_endpoint_unreachable: [
    (facts) => `Token endpoint tidak dapat dihubungi: ${because(facts)}`,
    checkWay,
    afterNoAnswer,
    (facts) => `Token endpoint${at(facts)} tidak dapat dihubungi: ${becauseThere(facts)}`,
  ],
  token_endpoint_untrusted: [
    (facts) => `Sertifikat token endpoint tidak dipercaya: ${because(facts)}`,
    putCa,
    putCa,
    (facts) => `Sertifikat token endpoint${at(facts)} tidak dipercaya: ${becauseThere(facts)}`,
  ],
  token_endpoint_status: [({ status }) => `Token endpoint merespons dengan status ${status}`, patience, waitForCatapa],
  token_endpoint_redirects: [
    ({ status }) => `Token endpoint merespons dengan status ${status}, pengalihan (redirect) yang tidak diikuti`,
    (_, retrying) => `periksa CATAPA_TOKEN_URL${keeps(retrying)}`,
    checkTokenUrl,
  ],
  no_token_in_answer: [({ status }) => `Token endpoint merespons dengan status ${status}`, patience, checkTokenUrl],
  token_malformed: [
    ({ flaw }) => `Respons token endpoint bukan token: ${tokenFlaws[flaw]}`,
    checkAddress,
    waitForCatapa,
  ],
  no_token_endpoint: [
    ({ flaw }) => `Respons token endpoint bukan token: ${tokenFlaws[flaw]}`,
    checkAddress,
    checkTokenUrl,
  ],
  token_endpoint_is_sidecar: [
    'Token endpoint itu sendiri adalah catapa-sidecar',
    'atur CATAPA_BASE_URL dan CATAPA_TOKEN_URL ke CATAPA, bukan ke sidecar',
  ],
  client_refused: [
    (refusal) => `Client ditolak oleh CATAPA (${said(refusal)})`,
    afterRefusal,
    (refusal) => `${afterRefusal(refusal)}${comesFrom(refusal)}`,
  ],
  code_refused: [
    'Kode ditolak oleh CATAPA (invalid_grant): kode itu sudah pernah dipakai, kedaluwarsa, atau diberikan untuk CATAPA_REDIRECT_URI atau client lain',
    'Jalankan login lagi, dan selesaikan tanpa menunggu lama.',
  ],
  token_unforeseen: ['Request token gagal karena sebab yang tidak terduga', patience, checkWayFromHere],
  token_pending: ['Token endpoint belum merespons dalam batas waktu', patience, checkWayFromHere],
  token_expired_on_the_way: ['Token kedaluwarsa selagi diambil', patience, waitForCatapa],
  token_handed_back_expired: ['Token endpoint memberikan lagi token yang sudah kedaluwarsa', patience, waitForCatapa],
  token_superseded: ['Login berubah selagi token diminta', 'sidecar meminta lagi'],
  fresh_token_refused: [
    'Token baru pun ditolak oleh CATAPA',
    'sidecar menunda pembaruan selama satu menit',
    'Periksa di CATAPA apakah client OAuth itu aktif dan memiliki izinnya, dan apakah tidak ada program lain yang memakainya.',
  ],
  token_no_longer_current: [
    'CATAPA tidak menerima request ini, karena token-nya sudah tidak berlaku',
    ({ lost }) =>
      lost ? 'request yang hanya membaca dapat dikirim lagi' : 'request ini tidak dijalankan dan dapat dikirim lagi',
    ({ lost }) =>
      `Kirim lagi${lost ? '' : ': CATAPA tidak menjalankan apa pun darinya'}. Jika tetap terjadi, mungkin program lain memakai client OAuth yang sama.`,
  ],
} satisfies Partial<Table>
