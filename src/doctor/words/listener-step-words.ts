import { words } from '../../words/language.ts'

export const listenerStepWords = words('listenerStepWords', {
  anyPort: 'any free port',
  free: (address: string) => `${address} is free`,
  /** `there`: addresses of the sidecar that runs for the same client. */
  freeButElsewhere: (address: string, there: string) =>
    `${address} is free. Note: the sidecar that runs for this tenant and client listens elsewhere (${there}): it was started with other settings`,
  ours: (address: string) => `${address} is already ours: the running sidecar`,
  ofOtherClient: (address: string, said: string) =>
    `${address} is taken by a catapa-sidecar with another tenant, client or CATAPA_BASE_URL; it says: ${said}`,
  ofOtherSidecar: (address: string) =>
    `${address} is taken by another catapa-sidecar than the one at SIDECAR_ADMIN_LISTEN`,
  notComparable: (address: string) =>
    `${address} has a running catapa-sidecar; its settings cannot be compared, since it does not show them`,
  stop: (example: string) =>
    `Stop that one (to find it: ss -ltnp on Linux, netstat -ano on Windows), or choose another address, for example ${example}.`,
  notPermitted: (address: string) =>
    `to listen on ${address} is not permitted: ports below 1024 and folders of other users need rights`,
  notPossible: (address: string, code: string) => `to listen on ${address} is not possible (${code})`,
  chooseOther: (example: string) => `Choose another address, for example ${example}.`,
})
