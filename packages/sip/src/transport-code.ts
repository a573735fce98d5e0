/** Transports, numbered as Kamailio scripts know them. */
export const TransportCode = { OTHER: 0, UDP: 1, TCP: 2, TLS: 3, SCTP: 4, WS: 5, WSS: 6 } as const

/** By code, as they stand in `transport=` parameters and socket names; in Via they are upper case. */
export const transportNames = ['other', 'udp', 'tcp', 'tls', 'sctp', 'ws', 'wss'] as const

export function transportName(transport: number): string {
  return transportNames[transport] ?? transportNames[TransportCode.OTHER]
}

/** The port that a Via or URI without one means, RFC 3261 18.1.1, 19.1.2. */
export function defaultPort(transport: number): number {
  return transport === TransportCode.TLS || transport === TransportCode.WSS ? 5061 : 5060
}
