import { words } from '../../words/language.ts'

export const dnsStepWords = words('dnsStepWords', {
  address: (host: string) => `${host} is an address, there is no name to look up`,
  found: (host: string, addresses: string) => `${host} is ${addresses}`,
  silent: (host: string) => `the name ${host} could not be looked up: no name server answered`,
  unknown: (host: string) => `the name ${host} could not be looked up: it is not known`,
  check: (variable: string, proxied: boolean) =>
    `Check the spelling in ${variable}, and that this machine has a network and a name server.${proxied ? '' : ' If only a proxy leads out of this network, set HTTPS_PROXY: then the proxy looks names up.'}`,
})
