import { addressOfRecordText } from '../../registrar/address-of-record.ts'
import { LookupResult } from '../../registrar/lookup.ts'
import { ContactAttributes } from '../contact-attributes.ts'
import { numberArgument, textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'

/** KSR.registrar (RFC 3261 10). `uri` arguments name the user; functions without one take the Request-URI. */
export function createRegistrar(env: KsrEnvironment): KsrModule {
  const { registrar } = env.services
  const registered = (table: string, uri: string) => registrar.registered(env.current(), textArgument(table, 'registrar.registered'), uri)
  const attributes = new ContactAttributes(env)
  const lookUp = (table: string, uri: string): number => {
    const m = env.current()
    const result = registrar.lookup(m, table, uri, env.services.params.max_branches)
    if (result === LookupResult.FOUND && attributes.isOn) attributes.bring([m.ruid, ...m.targets.map((target) => target.ruid)])
    return result
  }
  return ksrModule('registrar', {
    /** Flags: 2 no reply, 4 forget the other contacts. The reply leaves when the binding is on disk. */
    save: (table: string, flags: number) =>
      registrar.save(env.current(), textArgument(table, 'registrar.save'), numberArgument(flags, 'registrar.save'), {
        received: env.scope.received,
        attributes: attributes.toKeep(),
      }),
    /** 1 found, -1 not registered, -2 method not accepted, -3 the URI names no user. */
    lookup: (table: string) => lookUp(textArgument(table, 'registrar.lookup'), ''),
    lookup_uri: (table: string, uri: string) =>
      lookUp(textArgument(table, 'registrar.lookup_uri'), textArgument(uri, 'registrar.lookup_uri')),
    registered: (table: string) => (registered(table, '').length > 0 ? 1 : -1),
    registered_uri: (table: string, uri: string) => (registered(table, textArgument(uri, 'registrar.registered_uri')).length > 0 ? 1 : -1),
    /** Is the sender a phone registered for the user of `uri` (its From), at the address that it registered from? */
    reg_from_user(table: string, uri: string, _flags: number): number {
      const { remote } = env.current().source
      const host = remote.family === 6 ? `[${remote.address}]:` : `:${remote.address}:`
      return registered(table, textArgument(uri, 'registrar.reg_from_user')).some((contact) => contact.source.includes(host)) ? 1 : -1
    },
    unregister(table: string, uri: string): number {
      const user = textArgument(uri, 'registrar.unregister')
      if (addressOfRecordText(user, registrar.parameters.useDomain) === null) return LookupResult.ERROR
      return registrar.unregister(env.current(), textArgument(table, 'registrar.unregister'), user, '') > 0 ? 1 : -1
    },
    unregister_ruid(table: string, uri: string, ruid: string): number {
      const id = textArgument(ruid, 'registrar.unregister_ruid')
      return registrar.unregister(
        env.current(),
        textArgument(table, 'registrar.unregister_ruid'),
        textArgument(uri, 'registrar.unregister_ruid'),
        id,
      ) > 0
        ? 1
        : -1
    },
  })
}
