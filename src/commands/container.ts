import type { Config } from '../settings/config.ts'
import type { Environment } from '../settings/environment.ts'
import { isLocal, isTls } from '../settings/listen-address.ts'

/**
 * A hint for a container that no program outside can call: with a published port, calls would only be reset. The image sets
 * the variable `container` (systemd's container interface; podman sets it too). Undefined in a Kubernetes pod, where
 * loopback is right, and outside containers.
 */
export function loopbackInContainer({ listen }: Pick<Config, 'listen'>, environment: Environment): string | undefined {
  if (!environment.container || environment.KUBERNETES_SERVICE_HOST) return undefined
  const [first] = listen
  if (first === undefined || first.kind === 'unix' || !listen.every(isLocal)) return undefined
  return (
    "listens on this container's loopback only, which is right in a pod or a shared network; in a network of its own " +
    `set SIDECAR_LISTEN=${isTls(first) ? 'tls:' : ''}0.0.0.0:${first.port}, SIDECAR_TRUST_NETWORK=true and SIDECAR_ALLOWED_HOSTS`
  )
}
