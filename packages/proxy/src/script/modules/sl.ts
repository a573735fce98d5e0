import { errorReply } from '../../tm/tm-error.ts'
import { numberArgument, textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'

/** KSR.sl: replies without a transaction. Where the message has one already they go through it: it would never end otherwise. */
export function createSl(env: KsrEnvironment): KsrModule {
  const { sl, tm } = env.services
  const send = (code: number, reason: string): number =>
    sl.reply(env.current(), numberArgument(code, 'sl.send_reply'), textArgument(reason, 'sl.send_reply'))
  const sendError = (): number => {
    const m = env.current()
    if (m.cell !== null) return tm.replyError(m)
    const { status, reason } = errorReply(m.tmError)
    return sl.reply(m, status, reason.replace('/TM)', '/SL)'))
  }
  return ksrModule('sl', {
    sl_send_reply: send,
    send_reply: send,
    send_reply_mode: (code: number, reason: string, _mode: number) => send(code, reason),
    sl_reply_error: sendError,
    send_reply_error: sendError,
  })
}
