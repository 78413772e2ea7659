import { learn } from '../../words/language.ts'
import type { connectionWords } from './connection-words.ts'

const proxy = (to: string | undefined) => `proxy keluar (HTTPS_PROXY${to === undefined ? '' : `, ${to}`})`

learn<typeof connectionWords>('connectionWords', {
  why: {
    dns: 'namanya tidak dapat dicari (DNS)',
    connection_refused: 'koneksi ditolak',
    no_route: 'tidak ada rute ke sana',
    timeout: 'tidak ada respons dalam batas waktu',
    file_handles: 'mesin ini kehabisan file handle',
    local_ports: 'mesin ini tidak memiliki port lokal yang bebas untuk koneksi baru',
    untrusted: 'sertifikatnya tidak dipercaya',
    no_tls: 'koneksi TLS tidak dapat disepakati',
    lost: 'koneksi terputus',
    head_too_large: 'head responsnya melebihi 64 KiB',
    not_http: 'responsnya bukan HTTP/1.1',
    proxy_status: 'proxy keluar (HTTPS_PROXY) menolak',
    proxy_login: 'proxy keluar meminta login',
    unknown: 'koneksi gagal',
  },
  certificate: {
    DEPTH_ZERO_SELF_SIGNED_CERT: 'sertifikat itu ditandatangani sendiri (self-signed)',
    SELF_SIGNED_CERT_IN_CHAIN: 'rantainya berakhir pada sertifikat di luar daftar yang dipercaya',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'penerbitnya tidak dikenal',
    UNABLE_TO_GET_ISSUER_CERT: 'penerbitnya tidak dikenal',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'penerbitnya tidak termasuk yang dipercaya',
    CERT_HAS_EXPIRED: 'sertifikat itu sudah kedaluwarsa, atau jam mesin ini salah',
    CERT_NOT_YET_VALID: 'sertifikat itu belum berlaku, atau jam mesin ini salah',
    CERT_REVOKED: 'sertifikat itu sudah dicabut',
    CERT_UNTRUSTED: 'sertifikat itu tidak dipercaya',
    CERT_REJECTED: 'sertifikat itu tidak dipercaya untuk keperluan ini',
    CERT_SIGNATURE_FAILURE: 'tanda tangannya salah',
    CERT_CHAIN_TOO_LONG: 'rantainya terlalu panjang',
    INVALID_CA: 'salah satu penerbit di rantainya bukan CA',
    INVALID_PURPOSE: 'sertifikat itu diterbitkan untuk keperluan lain',
    HOSTNAME_MISMATCH: 'sertifikat itu diterbitkan untuk nama lain',
    ERR_TLS_CERT_ALTNAME_INVALID: 'sertifikat itu diterbitkan untuk nama lain',
  },
  untrusted: 'sertifikat itu tidak dipercaya',
  issuedBy: (flaw, issuer) => `${flaw} (diterbitkan oleh ${issuer})`,
  proxyFailed: (to, because) => `${proxy(to)} gagal: ${because}`,
  proxyUntrusted: (to, because) => `${proxy(to)} gagal: sertifikatnya tidak dipercaya, ${because}`,
  proxyRefused: (to, status) => `${proxy(to)} menolak dengan status ${status}`,
  proxyPassword: 'proxy keluar meminta pengguna dan kata sandi: masukkan keduanya ke URL di HTTPS_PROXY',
  proxySchemes: (schemes) =>
    `proxy keluar meminta ${schemes.join(' atau ')}, yang tidak didukung; pasang proxy lokal di antaranya yang mendukungnya`,
})
