import { words } from '../../words/language.ts'

/** What several phrases say. */
export const tableWords = words('tableWords', {
  keepsTrying: 'the sidecar keeps trying',
  tryAgain: 'try again in a moment',
  putCa: 'If a proxy of your company inspects TLS, put its CA into CATAPA_CA_FILE.',
  machineAdvice: {
    file_handles:
      'Too many files are open: raise "ulimit -n" for the sidecar (systemd: LimitNOFILE), or the limit of the whole machine.',
    local_ports:
      'Find the program that has so many connections ("ss -tanp"), or widen net.ipv4.ip_local_port_range. To an IPv6 address this machine needs one of its own.',
  },
})
