/** Times in seconds. Names as in Kamailio's registrar module, in our spelling. */
export interface RegistrarParameters {
  /** For contacts that ask for no time. */
  readonly defaultExpires: number
  /** Shorter times are refused with 423 (RFC 3261 10.3 step 7). */
  readonly minExpires: number
  /** Longer times are cut, 0 unlimited. */
  readonly maxExpires: number
  /** Bindings of one address of record, 0 unlimited. */
  readonly maxContacts: number
  /** The domain belongs to the address of record. */
  readonly useDomain: boolean
  /** Path (RFC 3327) is stored; a REGISTER with Path from a phone that does not support it is refused with 420. */
  readonly usePath: boolean
}

export const defaultRegistrarParameters: RegistrarParameters = {
  defaultExpires: 3600,
  minExpires: 10,
  maxExpires: 3600,
  maxContacts: 10,
  useDomain: false,
  usePath: true,
}

/** The parameters that Kamailio shows as statistics of the group registrar (control-reference 2.2). */
export const registrarStatistics = {
  default_expire: defaultRegistrarParameters.defaultExpires,
  default_expires_range: 0,
  expires_range: 0,
  max_expires: defaultRegistrarParameters.maxExpires,
  max_contacts: defaultRegistrarParameters.maxContacts,
} as const
