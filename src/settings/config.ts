import type { credentialSettings } from './credential-settings.ts'
import type { sandboxSettings } from './sandbox-settings.ts'
import type { SecretCommand } from './secret-command-setting.ts'
import type { ValuesOf } from './setting.ts'
import type { sidecarSettings } from './sidecar-settings.ts'
import type { TraceSettings } from './traces.ts'
import type { proxySettings, upstreamSettings } from './upstream-settings.ts'

/** The OAuth client and its tenant. They can change while the sidecar runs, always together. */
export type Credentials = ValuesOf<typeof credentialSettings> &
  Readonly<{
    /** Undefined if they were not set, as in the demo. */
    from?: CredentialOrigins | undefined
  }>

/** Where a setting comes from: named by what is said of it, never its value. `variable` is undefined where it says no more. */
export type Origin = Readonly<
  | { is: 'nowhere' }
  | { is: 'config_file'; path: string | undefined }
  | { is: 'environment'; variable: string | undefined; winsOver: string | undefined }
  | {
      is: 'file' | 'command'
      name: string | undefined
      variable: string
      /** The settings file in which it stands. */
      config: string | undefined
      winsOver: string | undefined
    }
>

/** Where each credential comes from. */
export type CredentialOrigins = Readonly<Record<keyof typeof credentialSettings, Origin>>

/** Values of the settings, before the rules between them. */
export type SidecarValues = ValuesOf<typeof sidecarSettings>
export type UpstreamValues = ValuesOf<typeof upstreamSettings>
export type ProxyValues = ValuesOf<typeof proxySettings>

/** Settings of the `sandbox` command. */
export type SandboxConfig = ValuesOf<typeof sandboxSettings>

/** Without settings that matter only while the configuration is read; derived members stand below. */
type Read = SidecarValues & Omit<UpstreamValues, 'allowHttp' | 'tokenUrl'>

/** Every setting, checked and in the program's own units. Made by `readConfig` only. */
export type Config = Readonly<
  Read & {
    /** With `secretCommand` the secret is empty here, and so are id and tenant that are not set: the command prints them. */
    credentials: Credentials
    secretCommand: SecretCommand | undefined
    tokenUrl: URL
    /** The corporate proxy on the way to each endpoint; undefined: none. */
    proxy: Readonly<{ base: URL | undefined; token: URL | undefined }>
    /** From these follows the proxy on the way to any other target. */
    proxies: ProxyValues
    /** Where traces go; undefined: none are made. */
    traces: TraceSettings | undefined
    /** Sentences to log once at start: unknown names, ignored variables. Never a value. */
    warnings: readonly string[]
  }
>
