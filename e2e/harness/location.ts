import type { Rpc } from './rpc.ts'

/** Result of ul.dump, as far as the scenarios read it (control-reference 3.1). */
interface Dump {
  readonly Domains: readonly {
    readonly Domain: {
      readonly AoRs: readonly {
        readonly Info: { readonly AoR: string; readonly Contacts: readonly { readonly Contact: { readonly Address: string } }[] }
      }[]
    }
  }[]
}

/** Contact addresses by address of record, from ul.dump. */
export async function registeredContacts(rpc: Rpc): Promise<ReadonlyMap<string, readonly string[]>> {
  const dump = (await rpc('ul.dump')) as Dump
  const rows = dump.Domains.flatMap(({ Domain }) => Domain.AoRs)
  return new Map(rows.map(({ Info }) => [Info.AoR, Info.Contacts.map(({ Contact }) => Contact.Address)]))
}
