import { ByteWriter, MESSAGE_ROOM, parseMessage } from '@signalbox/sip'
import { RoutedMessage } from './routed-message.ts'

const scratch = new ByteWriter(MESSAGE_ROOM)

/** A copy of a message with everything decided about it so far, which outlives the buffer that it came in and its transaction's. */
export function detached(m: RoutedMessage): RoutedMessage {
  const { message } = m
  const copy = new RoutedMessage()
  const bytes = message.bytes.slice(message.start, message.end)
  copy.reset(m.source)
  parseMessage(copy.message, bytes, 0, bytes.length, 'kept')
  scratch.at = 0
  m.edits.save(message.start, scratch)
  copy.edits.load(scratch.bytes, 0, scratch.at, 0)
  copyDecisions(m, copy)
  copy.routeType = m.routeType
  copy.flags = m.flags
  copy.scriptFlags = m.scriptFlags
  copy.replyHeaders = m.replyHeaders
  copy.recordRoute = m.recordRoute
  copy.recordRouteTag = m.recordRouteTag
  copy.recordRouteParams = m.recordRouteParams
  copy.forceRport = m.forceRport
  copy.cell = m.cell
  copy.branch = m.branch
  copy.tmError = m.tmError
  copy.answered = m.answered
  copy.dropped = m.dropped
  copy.contacts = m.contacts
  return copy
}

/** Where the message goes: what a script decides about its targets. */
export function copyDecisions(from: RoutedMessage, to: RoutedMessage): void {
  to.requestUri = from.requestUri
  to.requestUriConsumed = from.requestUriConsumed
  to.destinationUri = from.destinationUri
  to.path = from.path
  to.q = from.q
  to.instance = from.instance
  to.ruid = from.ruid
  to.forcedListener = from.forcedListener
  to.branchFlags = from.branchFlags
  to.routeParams = from.routeParams
  to.targets.length = 0
  to.targets.push(...from.targets)
}
