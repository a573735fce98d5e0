/** Fixed, because bench/kamailio.cfg and bench/route.js name two of them. All on 127.0.0.1. */
export const Port = {
  PROXY: 18_060,
  HTTP: 18_061,
  CALLEE: 18_081,
  SECOND_CALLEE: 18_082,
  THIRD_CALLEE: 18_083,
  CALLER: 18_090,
  SECOND_CALLER: 18_091,
} as const
