import { logLevels, parseLogLevel } from '@signalbox/contract'
import { textArgument, type KsrEnvironment } from '../ksr-environment.ts'
import { ksrModule, type KsrModule } from '../ksr-module.ts'
import type { PvCompiler } from '../pv/pv-compiler.ts'

/** Level names of Kamailio's xlog and their short forms. */
const xlogLevels: Readonly<Record<string, number>> = {
  L_ALERT: logLevels.alert,
  L_BUG: logLevels.bug,
  L_CRIT: logLevels.critical,
  L_ERR: logLevels.error,
  L_WARN: logLevels.warn,
  L_NOTICE: logLevels.notice,
  L_INFO: logLevels.info,
  L_DBG: logLevels.debug,
}

/** KSR.xlog: log texts with pseudo-variables. */
export function createXlog(env: KsrEnvironment, variables: PvCompiler): KsrModule {
  const { log } = env.services
  const write = (level: number, text: string): number => {
    if (log.enabled(level)) log.at(level, variables.format(textArgument(text, 'xlog.xlog')).replace(/\n$/, ''))
    return 1
  }
  return ksrModule('xlog', {
    xdbg: (text: string) => write(logLevels.debug, text),
    xinfo: (text: string) => write(logLevels.info, text),
    xnotice: (text: string) => write(logLevels.notice, text),
    xwarn: (text: string) => write(logLevels.warn, text),
    xerr: (text: string) => write(logLevels.error, text),
    xcrit: (text: string) => write(logLevels.critical, text),
    xalert: (text: string) => write(logLevels.alert, text),
    xlog: (level: string, text: string) => write(xlogLevels[level] ?? parseLogLevel(level) ?? logLevels.error, text),
  })
}
