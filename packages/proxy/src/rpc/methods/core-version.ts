import { rpcMethod, type RpcMethod } from '../rpc-method.ts'

/** What uname calls the machines that Node.js names otherwise. */
const MACHINES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64', ia32: 'i386' }

export interface Build {
  readonly version: string
  readonly arch: string
  readonly platform: string
}

export function coreVersion({ version, arch, platform }: Build): RpcMethod {
  return rpcMethod('core.version', () => `signalbox ${version} (${MACHINES[arch] ?? arch}/${platform})`)
}
