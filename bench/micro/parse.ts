import { parseMessage, SipMessage } from '@signalbox/sip'
import { measure } from './measure.ts'
import { MessageSlot } from './message-slot.ts'
import { invite } from './messages.ts'

const message = new SipMessage()
const { bytes, start, end } = new MessageSlot(new Uint8Array(4096), 0, invite)
measure('parse INVITE', () => parseMessage(message, bytes, start, end, 'datagram'))
