import { words } from '../../words/language.ts'

export const tcpStepWords = words('tcpStepWords', {
  connected: (address: string) => `connected to ${address}`,
  failed: (address: string, because: string) => `no connection to ${address}: ${because}`,
  dropped: (address: string) =>
    `Let the firewall allow connections from this machine to ${address}, or set HTTPS_PROXY if this network has a proxy. A firewall that drops packets looks like this.`,
  check: (variable: string, address: string) =>
    `Check host and port in ${variable}. If they are right: let the firewall allow connections from this machine to ${address}.`,
})
