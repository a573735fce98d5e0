import { parseMessage, SipMessage } from '@signalbox/sip'
import { measure } from './measure.ts'
import { invite } from './messages.ts'

const message = new SipMessage()
const bytes = invite('100000')
measure('parse INVITE', () => parseMessage(message, bytes, 0, bytes.length, 'datagram'))
