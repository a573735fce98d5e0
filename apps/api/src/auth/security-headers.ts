import type { FastifyHelmetOptions } from '@fastify/helmet'

/** Console spec 3.4. No upgrade-insecure-requests and no HSTS: this is plain HTTP, TLS ends in front of it. */
export const securityHeaders: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'self'"],
      'script-src': ["'self'"],
      'style-src': ["'self'", "'unsafe-inline'"],
      'connect-src': ["'self'", 'ws:', 'wss:'],
      'img-src': ["'self'", 'data:'],
      'object-src': ["'none'"],
      'frame-ancestors': ["'self'"],
    },
  },
  strictTransportSecurity: false,
  // Browsers ignore these two on plain HTTP and complain about it.
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  // 'no-referrer' would turn the Origin of a form post into 'null'.
  referrerPolicy: { policy: 'same-origin' },
}
