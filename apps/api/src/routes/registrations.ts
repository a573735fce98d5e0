import { apiPaths, RegistrationList, type LocationContact, type LocationDump, type Registration } from '@signalbox/contract'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { refusal, responses } from './rest-schema.ts'
import type { EngineCalls } from '../engine/client.ts'

const NOT_SET = '[not set]'

const schema = {
  summary: 'Who is registered where',
  operationId: 'listRegistrations',
  tags: ['registrar'],
  response: responses({ 200: RegistrationList }),
}

/** GET /api/v1/registrations. */
export function registrationsRoute(engine: EngineCalls): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(`${apiPaths.rest}/registrations`, { schema }, async () => {
      try {
        return { registrations: flatten(await engine.call('ul.dump', [])) }
      } catch (error) {
        throw refusal(error)
      }
    })
  }
}

function flatten(dump: LocationDump): Registration[] {
  return dump.Domains.flatMap(({ Domain: { Domain: domain, AoRs } }) =>
    AoRs.map((record) => {
      const { AoR: aor, Contacts: contacts } = 'Info' in record ? record.Info : { AoR: record.AoR, Contacts: [] }
      return { aor, domain, contacts: contacts.map(({ Contact: contact }) => flattenContact(contact)) }
    }),
  )
}

function flattenContact(contact: LocationContact): Registration['contacts'][number] {
  const texts = {
    userAgent: contact['User-Agent'],
    received: contact.Received,
    path: contact.Path,
    socket: contact.Socket,
    instance: contact.Instance,
  }
  return {
    uri: contact.Address,
    expires: contact.Expires,
    q: contact.Q,
    callId: contact['Call-ID'],
    cseq: contact.CSeq,
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== NOT_SET && text !== '')),
    modifiedAt: contact['Last-Modified'] * 1000,
  }
}
