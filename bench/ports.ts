/** Fixed, because bench/kamailio.cfg and bench/route.js name two of them. All on 127.0.0.1. */
export const Port = {
  PROXY: 17_060,
  HTTP: 17_061,
  CALLEE: 17_081,
  SECOND_CALLEE: 17_082,
  THIRD_CALLEE: 17_083,
  CALLER: 17_090,
} as const
